"""Frames, directions, links and paths."""
