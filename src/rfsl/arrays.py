"""Array types for signatures; docstrings give the shapes and units.

Usual letters in shapes: S samples of a flight, C cells of its path, N source positions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Real numbers of any precision.
FloatArray = NDArray[np.floating[Any]]
#: Single precision: simulated RSS and the inputs of networks.
Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
IndexArray = NDArray[np.intp]
