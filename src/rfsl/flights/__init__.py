"""Flights: the record, the trials table that names them, and a reader for each log format."""

from rfsl.flights.lock import held_samples, lock_status, locked_by_quality, quiet_samples
from rfsl.flights.record import Flight, cut_flight
from rfsl.flights.trials import Trial, read_trials

__all__ = [
    "Flight",
    "Trial",
    "cut_flight",
    "held_samples",
    "lock_status",
    "locked_by_quality",
    "quiet_samples",
    "read_trials",
]
