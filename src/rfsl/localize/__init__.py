"""One log, one answer: a position, how sure it is, and a map."""
