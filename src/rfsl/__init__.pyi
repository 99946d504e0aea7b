from rfsl.api import calibrate as calibrate
from rfsl.api import localize as localize
from rfsl.api import planner as planner

__version__: str
__all__ = ["__version__", "calibrate", "localize", "planner"]
