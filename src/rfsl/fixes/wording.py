"""A fix in words: headline and table, the same in every output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import category


def printable(text: str) -> str:
    """A text in which U+FFFD replaces control, lone surrogate and unassigned characters.

    XML and UTF-8 cannot hold them all, but the name of a file may have any of them.
    """
    return "".join("\N{REPLACEMENT CHARACTER}" if _unfit(char) else char for char in text)


def _unfit(char: str) -> bool:
    return category(char) in {"Cc", "Cs", "Cn"} and char not in "\t\n"


def headline(record: Mapping[str, Any]) -> str:
    """Position and expected error in one line, or why there is no estimate.

    Args:
        record: see `fix_record`.
    """
    position = record["position"]
    if position is None:
        return f"No estimate: {record['reason']}"
    where = f"{position['latitude_deg']:.6f}, {position['longitude_deg']:.6f}"
    if record["expected_error_m"] is None:
        return f"Source near {where}"
    return f"Source near {where}, expected error {record['expected_error_m']:.0f} m"


def rows(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The table of a fix: the name and the value of each row.

    Args:
        record: see `fix_record`.
    """
    position, estimator = record["position"], record["estimator"]
    if position is not None:
        yield (
            "Latitude, longitude",
            f"{position['latitude_deg']:.7f}°, {position['longitude_deg']:.7f}°",
        )
        yield "Local east, north", f"{position['x_m']:.1f} m, {position['y_m']:.1f} m"
        error_m = record["expected_error_m"]
        yield (
            "Expected error",
            "not known" if error_m is None else f"{error_m:.1f} m, as the estimator computes it",
        )
    else:
        yield "No estimate", record["reason"]
    for region in record["regions"]:
        yield (
            f"{100 * region['probability']:.0f} % region",
            f"{region['area_m2']:,.0f} m²",
        )
    if record["regions_held_elsewhere"] is not None:
        yield "On other flights", regions_held(record["regions_held_elsewhere"])
    for place in record["places"] if len(record["places"]) > 1 else []:
        yield (
            f"Place with {100 * place['probability']:.0f} %",
            f"{place['latitude_deg']:.7f}°, {place['longitude_deg']:.7f}°, "
            f"within {place['radius_m']:.0f} m",
        )
    calibration = estimator["calibration"] or "none"
    yield "Estimator", f"{estimator['label']} ({estimator['mode']}), calibration: {calibration}"
    if estimator["calibrated_on"]:
        yield "Calibrated on", ", ".join(estimator["calibrated_on"])
    yield (
        "Assumed of the source",
        f"antenna {record['source_height_m']:g} m above ground, "
        f"{record['frequency_hz'] / 1e6:,.6g} MHz",
    )
    flown = record["first_sample_time"]
    yield "Flight", record["flight"] + (f", {flown[:19].replace('T', ' ')} UTC" if flown else "")
    yield (
        "Used",
        f"{record['duration_s']:.0f} s; {record['samples_used']:,} of "
        f"{record['samples']:,} samples",
    )
    yield "Area of the source", record["area"]["name"]


def regions_held(elsewhere: Mapping[str, Any]) -> str:
    """How often regions held the source on other real flights.

    Args:
        elsewhere: see `fix_record`.
    """
    shares = [
        f"{100 * region['held']:.0f} % of the {100 * region['probability']:.0f} % regions"
        for region in elsewhere["regions"]
    ]
    after_s = elsewhere["after_s"]
    when = "from whole flights" if after_s is None else f"after {after_s / 60.0:g} minutes"
    return (
        f"{' and '.join(shares)} of this estimator held the source "
        f"({elsewhere['flights']} real flights over known sources, {when})"
    )
