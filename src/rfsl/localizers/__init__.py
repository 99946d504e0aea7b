"""Classical localizers: a position from one flight, without training."""

from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.spec import (
    HEATMAP,
    IDEAL,
    NETWORK,
    CellLocalizer,
    Localizer,
    LocalizerSpec,
    Surroundings,
)

__all__ = [
    "HEATMAP",
    "IDEAL",
    "LOCALIZERS",
    "NETWORK",
    "CellLocalizer",
    "Localizer",
    "LocalizerSpec",
    "Surroundings",
]
