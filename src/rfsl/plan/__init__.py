"""What a config asks for: which trials, folds, modes and files. The workflow reads it from here."""

from rfsl.plan.ablation import Variant
from rfsl.plan.localize import listed
from rfsl.plan.plan import Plan
from rfsl.plan.resources import benchmark_digests, growing

__all__ = ["Plan", "Variant", "benchmark_digests", "growing", "listed"]
