"""Whether the clock of a log says the date."""

from __future__ import annotations

#: The years 2000 to 2100 in seconds since 1970.
_FIRST_S, _LAST_S = 946_684_800.0, 4_102_444_800.0


def counts_from_1970(start_s: float) -> bool:
    """Whether the time of a log's first sample counts from 1970; False for NaN.

    Example:
        >>> counts_from_1970(1_700_000_000.0), counts_from_1970(12.5)
        (True, False)
    """
    return _FIRST_S < start_s < _LAST_S
