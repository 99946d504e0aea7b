"""The set network: a score of candidate positions from the set of a flight's cells."""
