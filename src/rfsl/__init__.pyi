from rfsl.api import calibrate as calibrate
from rfsl.api import localize as localize

__version__: str
__all__ = ["__version__", "calibrate", "localize"]
