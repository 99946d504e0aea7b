"""Classical localizers: a position from one flight, without training."""

from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.spec import NETWORK, Localizer, LocalizerSpec, Surroundings

__all__ = ["LOCALIZERS", "NETWORK", "Localizer", "LocalizerSpec", "Surroundings"]
