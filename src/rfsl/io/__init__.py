"""Whole writes and checked tables."""
