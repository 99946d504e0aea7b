"""Public data that the pipeline can fetch, and its registry."""

from rfsl.data.registry import Resource, load_registry, locate_folder, obtain

__all__ = ["Resource", "load_registry", "locate_folder", "obtain"]
