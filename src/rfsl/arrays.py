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
