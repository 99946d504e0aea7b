"""Networks and decoders."""

from rfsl.models.realadaptrnet import RealAdaptRNet
from rfsl.models.set_network import SetNetwork

__all__ = ["RealAdaptRNet", "SetNetwork"]
