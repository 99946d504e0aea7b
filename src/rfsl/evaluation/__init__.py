"""Scoring of modes on trials, and tables of the scores."""
