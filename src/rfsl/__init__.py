"""uav-rfsl: find a hidden radio transmitter on the ground from what a UAV measured in flight.

    >>> import rfsl
    >>> fix = rfsl.localize("flight.csv", area="field.kml")    # doctest: +SKIP
    >>> fix.position, fix.expected_error_m                     # doctest: +SKIP

Its functions are loaded when they are first asked for, so `import rfsl` takes no time.
"""

from importlib import import_module

__version__ = "0.1.0"
__all__ = ["__version__", "calibrate", "localize", "planner"]
#: Functions of `rfsl.api` that are loaded when they are first asked for.
_CALLS = ("calibrate", "localize", "planner")


def __getattr__(name: str) -> object:
    if name in _CALLS:
        return getattr(import_module("rfsl.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *_CALLS]
