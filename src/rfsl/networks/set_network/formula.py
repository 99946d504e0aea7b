"""The score of a candidate position, written once: PyTorch trains it, NumPy applies it.

A score is a log-likelihood up to a constant. For each candidate, every cell that holds the signal
is described by `HELD_FEATURES`, and every quiet cell by `QUIET_FEATURES`. One
perceptron turns the features of each held cell into a code, another those of each quiet cell.
`each` maps a code to one number, `whole` maps the mean codes to two, and the score is

    Σ_held [−trust₀ (surprise + ln spread) + w each(code)]
    + Σ_quiet [trust₁ log_probability + w each(code)] + whole₀ + w count whole₁

with w = 0.1, the learned numbers trust, and the count of held cells (Deep Sets, Zaheer et al.,
2017). NumPy applies the score because loading torch takes longer than scoring a flight. Both
libraries pass through this module, so that they cannot drift apart.

Axes: ... any batch, P candidates, C cells, F features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rfsl.propagation.gain import harmonics, share_of_low

#: Arrays of one of the two libraries.
Values = Any

#: Columns of a cell: position, the rows of its body rotation that point right and ahead, mean RSS,
#: and length of the path so far. In quiet cells the RSS is that which it did not reach.
CELL_COLUMNS = (
    *("x_m", "y_m", "z_m"),
    *("right_x", "right_y", "right_z", "ahead_x", "ahead_y", "ahead_z"),
    *("rss_db", "travelled_m"),
)
HEIGHT, RSS, TRAVELLED = (CELL_COLUMNS.index(name) for name in ("z_m", "rss_db", "travelled_m"))
_RIGHT, _AHEAD = CELL_COLUMNS.index("right_x"), CELL_COLUMNS.index("ahead_x")

#: What a network holds of its calibration, beside its weights.
CONSTANTS = (
    "nodes_rad",
    "gain_db",
    "azimuth_db",
    "edges_rad",
    "std_db",
    "distance_m",
    "height_m",
)

#: Where a candidate lies, seen from a cell.
_PLACE_FEATURES = (
    "log_distance",
    "depression",
    "cos_azimuth",
    "sin_azimuth",
    "cos_twice_azimuth",
    "sin_twice_azimuth",
    "spread",
)
#: residual: RSS less the calibrated gain and the flight's level, in units of the shadowing spread.
#: innovation: the part of it that the previous cell does not predict. surprise: minus its
#: log-density under a t distribution. correlation: that with the previous cell.
HELD_FEATURES = ("residual", "innovation", "surprise", *_PLACE_FEATURES, "correlation")
#: margin: how much stronger the signal was at acquisition than it is expected here, in spreads.
#: log_probability: logarithm of the probability that the signal was weaker here than that.
QUIET_FEATURES = ("margin", "log_probability", "log_distance", "depression", "spread")

#: Features are cut off at this size.
LARGEST_FEATURE = 8.0
#: Scales that bring features to the order of one.
_DISTANCE_SCALE_M, _DEPRESSION_SCALE_RAD, _SPREAD_SCALE_DB = 100.0, 0.5, 5.0
#: The first cell has no previous one: its gap is so long that nothing is predicted.
_FIRST_GAP_M = 1e4
#: Padding lies so high that its distance to a candidate is never zero.
PADDING_HEIGHT_M = 1e4
#: Variance that an innovation keeps, however near the previous cell is.
_OWN_VARIANCE = 0.1
#: Degrees of freedom of the t distribution of the innovations.
_FREEDOM = 5.0
#: Added under the root of the horizontal distance (m²): straight below, the azimuth fades out.
_OVERHEAD_M2 = 1.0
#: ln(55 held cells), and the logarithm of the count of quiet cells that becomes one.
_LOG_COUNT_MIDDLE, _LOG_QUIET_SCALE = 4.0, 4.0
#: Share w of what the perceptrons add for each cell.
_CELL_WEIGHT = 0.1
#: `trust` before training: of the cells' own likelihood, and of the quiet cells' probability.
FIRST_TRUST = (0.7, 0.3)


@dataclass(frozen=True)
class Library:
    """The functions in which NumPy and PyTorch differ.

    Attributes:
        sqrt, exp, log, log10, log1p, arcsin: of each value.
        log_ndtr: logarithm of the standard normal distribution function.
        steps: differences along the last axis of an array, the first one to a value (..., 1).
        previous: values of the previous cell (..., C); the first cell gets the last one's.
        interpolate: values, nodes, heights at the nodes: linear, and constant beyond the nodes.
        band: values, edges: how many edges are not above each value.
        stack: arrays that broadcast to the first one's shape, along a new last axis.
        join: arrays (..., P, F) one after the other in F; all but the first may have P = 1.
    """

    sqrt: Callable[[Values], Values]
    exp: Callable[[Values], Values]
    log: Callable[[Values], Values]
    log10: Callable[[Values], Values]
    log1p: Callable[[Values], Values]
    arcsin: Callable[[Values], Values]
    log_ndtr: Callable[[Values], Values]
    steps: Callable[[Values, Values], Values]
    previous: Callable[[Values], Values]
    interpolate: Callable[[Values, Values, Values], Values]
    band: Callable[[Values, Values], Values]
    stack: Callable[[list[Values]], Values]
    join: Callable[[list[Values]], Values]


@dataclass(frozen=True)
class Parts:
    """What is learned: perceptrons over features or means, and the two trusts.

    Attributes:
        held, quiet: (..., F) features of a cell to its code.
        each_held, each_quiet: the code of a cell to one number (..., 1).
        whole: means over all cells to two numbers.
        trust: (2,).
    """

    held: Callable[[Values], Values]
    quiet: Callable[[Values], Values]
    each_held: Callable[[Values], Values]
    each_quiet: Callable[[Values], Values]
    whole: Callable[[Values], Values]
    trust: Values


@dataclass(frozen=True)
class Cells:
    """Cells of one flight, or of a batch of padded ones.

    Attributes:
        values: (..., C, 11) in the order of `CELL_COLUMNS`.
        real: (..., C) one for a cell, zero for padding, in the values' floating type.
    """

    values: Values
    real: Values


def score(
    library: Library,
    parts: Parts,
    constants: Mapping[str, Values],
    held: Cells,
    quiet: Cells,
    xy_m: Values,
) -> Values:
    """Scores (..., P) of candidates (..., P, 2); see the module's docstring.

    Args:
        constants: the calibration, by the names of `CONSTANTS`.
        held: cells that hold the signal.
        quiet: cells where the signal was too weak.
    """
    real, silent = held.real[..., None, :, None], quiet.real[..., None, :, None]
    around = _relative(library, constants, held.values, xy_m)
    miss_db = held.values[..., None, :, RSS] - around.expected_db
    weight = real[..., 0] / around.spread_db**2
    level_db = (weight * miss_db).sum(-1, keepdims=True) / weight.sum(-1, keepdims=True)
    residual = (miss_db - level_db) / around.spread_db
    along_m = held.values[..., TRAVELLED]
    gap_m = abs(library.steps(along_m, along_m[..., :1] - _FIRST_GAP_M))
    correlation = library.exp(-gap_m / constants["distance_m"])[..., None, :]
    innovation = residual - correlation * library.previous(residual)
    innovation = innovation / library.sqrt(1.0 - correlation**2 + _OWN_VARIANCE)
    surprise = (_FREEDOM + 1.0) / 2.0 * library.log1p(innovation**2 / _FREEDOM)
    described = {
        "residual": residual,
        "innovation": innovation,
        "surprise": surprise,
        "correlation": correlation,
        **around.features,
    }
    codes = parts.held(_features(library, described, HELD_FEATURES))

    beyond = _relative(library, constants, quiet.values, xy_m)
    expected_db = beyond.expected_db + level_db
    margin = (quiet.values[..., None, :, RSS] - expected_db) / beyond.spread_db
    weaker = library.log_ndtr(margin.clip(-LARGEST_FEATURE, LARGEST_FEATURE))
    described = {"margin": margin, "log_probability": weaker, **beyond.features}
    quiet_codes = parts.quiet(_features(library, described, QUIET_FEATURES))

    count, quiet_count = real.sum(-2), silent.sum(-2)
    means = [
        (codes * real).sum(-2) / count,
        (quiet_codes * silent).sum(-2) / quiet_count.clip(min=1.0),
        library.log(count) - _LOG_COUNT_MIDDLE,
        library.log1p(quiet_count) / _LOG_QUIET_SCALE,
    ]
    whole = parts.whole(library.join(means))
    likely = -parts.trust[0] * (surprise + library.log(around.spread_db))
    each_held = likely + _CELL_WEIGHT * parts.each_held(codes)[..., 0]
    each_quiet = parts.trust[1] * weaker + _CELL_WEIGHT * parts.each_quiet(quiet_codes)[..., 0]
    total = (each_held * real[..., 0]).sum(-1) + (each_quiet * silent[..., 0]).sum(-1)
    return total + whole[..., 0] + _CELL_WEIGHT * count[..., 0] * whole[..., 1]


@dataclass(frozen=True)
class _Relative:
    """Cells as seen from candidates, each (..., P, C)."""

    expected_db: Values
    spread_db: Values
    features: dict[str, Values]


def _relative(
    library: Library, constants: Mapping[str, Values], cells: Values, xy_m: Values
) -> _Relative:
    """Expected RSS without the level, shadowing spread, and `_PLACE_FEATURES` of the cells."""
    east_m = xy_m[..., :, None, 0] - cells[..., None, :, 0]
    north_m = xy_m[..., :, None, 1] - cells[..., None, :, 1]
    up_m = (constants["height_m"] - cells[..., HEIGHT])[..., None, :]
    distance_m = library.sqrt(east_m**2 + north_m**2 + up_m**2)
    depression_rad = library.arcsin((-up_m / distance_m).clip(-1.0, 1.0))
    right_m, ahead_m = (
        cells[..., None, :, axis] * east_m
        + cells[..., None, :, axis + 1] * north_m
        + cells[..., None, :, axis + 2] * up_m
        for axis in (_RIGHT, _AHEAD)
    )
    flat_m = library.sqrt(right_m**2 + ahead_m**2 + _OVERHEAD_M2)
    cosine, sine = ahead_m / flat_m, -right_m / flat_m  # from the nose, counter-clockwise
    expected_db = library.interpolate(depression_rad, constants["nodes_rad"], constants["gain_db"])
    expected_db = expected_db - 20.0 * library.log10(distance_m)
    terms = harmonics(share_of_low(depression_rad), cosine, sine)
    for coefficient_db, term in zip(constants["azimuth_db"], terms, strict=True):
        expected_db = expected_db + coefficient_db * term
    spread_db = constants["std_db"][library.band(depression_rad, constants["edges_rad"])]
    features = {
        "log_distance": library.log(distance_m / _DISTANCE_SCALE_M),
        "depression": depression_rad / _DEPRESSION_SCALE_RAD,
        "cos_azimuth": cosine,
        "sin_azimuth": sine,
        "cos_twice_azimuth": cosine**2 - sine**2,
        "sin_twice_azimuth": 2.0 * sine * cosine,
        "spread": spread_db / _SPREAD_SCALE_DB,
    }
    return _Relative(expected_db, spread_db, features)


def _features(library: Library, described: Mapping[str, Values], names: tuple[str, ...]) -> Values:
    """Features (..., P, C, F) in the order of their names, cut off."""
    stacked = library.stack([described[name] for name in names])
    return stacked.clip(-LARGEST_FEATURE, LARGEST_FEATURE)
