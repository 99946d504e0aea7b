"""Tables of results, from the scores."""
