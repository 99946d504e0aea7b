from rfsl.api import localize as localize

__version__: str
__all__ = ["__version__", "localize"]
