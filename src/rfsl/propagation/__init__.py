"""Propagation models: received power along a trajectory for many source positions."""

from rfsl.propagation.models import (
    BLOCK_SOURCES,
    PropagationModel,
    build_propagation,
    needs_attitude,
)

__all__ = [
    "BLOCK_SOURCES",
    "PropagationModel",
    "build_propagation",
    "needs_attitude",
]
