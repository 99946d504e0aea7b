"""The figures: each module draws one, from a table."""
