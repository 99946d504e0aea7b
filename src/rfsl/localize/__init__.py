"""One flight over an unknown source: a position, how sure it is, and a map."""

from rfsl.localize.choice import Choice, choose_mode
from rfsl.localize.fix import Fix, Settings, localize
from rfsl.localize.output import OUTPUTS, write_fix

__all__ = [
    "OUTPUTS",
    "Choice",
    "Fix",
    "Settings",
    "choose_mode",
    "localize",
    "write_fix",
]
