"""Array types used in signatures (docstrings give shapes and units), and their memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Real numbers of any precision.
FloatArray = NDArray[np.floating[Any]]
#: Single precision, as simulated and as networks take it.
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.intp]

#: The largest block that glibc maps by itself for a program, and not from its heap (mallopt(3)).
_LARGEST_MAPPED_BYTES = 2**25


def keep_freed_memory() -> None:
    """Have the C library keep freed arrays for the next ones, up to 64 MB.

    By default it returns them to the system, and fetching the same pages again takes longer than
    the arithmetic on them. glibc serves blocks from its heap up to the size of the largest mapped
    one that was freed, and keeps twice as much; elsewhere this does nothing.
    """
    np.empty(_LARGEST_MAPPED_BYTES - 2**16, np.uint8)
