"""Propagation models: received power along a trajectory for many source positions."""

from rfsl.propagation.models import MODELS
from rfsl.propagation.spec import ModelSpec, PropagationModel

__all__ = ["MODELS", "ModelSpec", "PropagationModel"]
