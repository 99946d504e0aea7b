"""Networks and decoders."""

from rfsl.models.realadaptrnet import RealAdaptRNet

__all__ = ["RealAdaptRNet"]
