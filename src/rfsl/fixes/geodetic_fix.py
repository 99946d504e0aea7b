"""A fix in degrees, for programs and notebooks: values, shapes, arrays, files, a map to look at."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from rfsl.arrays import FloatArray
from rfsl.fixes.flown import Fix
from rfsl.fixes.kml import fix_kml
from rfsl.fixes.map import as_png, fix_map
from rfsl.fixes.output import (
    fix_features,
    fix_record,
    geodetic_shapes,
    json_text,
    write_fix,
)
from rfsl.fixes.record import FixRecord, PlaceRecord, Position
from rfsl.fixes.wording import headline, rows
from rfsl.io.writing import written_beside
from rfsl.localizers.posterior import Posterior

#: Cells that lie off a grid by a larger share of the smallest cell form none.
_OFF_GRID = 0.01


@dataclass(frozen=True)
class GeodeticRegion:
    """The smallest region that holds the source with a given probability.

    Attributes:
        probability: that probability.
        area_m2: its area.
        shape_deg: polygon or polygons, longitude and latitude in degrees (WGS-84).
    """

    probability: float
    area_m2: float
    shape_deg: shapely.Geometry

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The region as a feature of GeoJSON, which shapely, geopandas and folium read."""
        return {
            "type": "Feature",
            "properties": {"probability": self.probability, "area_m2": self.area_m2},
            "geometry": mapping(self.shape_deg),
        }


@dataclass(frozen=True)
class GeodeticPosterior:
    """Probability of the source over the N cells of the area, which are of several sizes.

    Attributes:
        latitude_deg, longitude_deg: (N,) centres of the cells (WGS-84).
        x_m, y_m: (N,) the same, east and north in the local frame of the fix.
        probability: (N,) probability of each cell; their sum is 1.
        cell_m2: (N,) areas of the cells.
        cell_aspect: width (east-west) of every cell divided by its height (north-south).
    """

    latitude_deg: FloatArray
    longitude_deg: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    probability: FloatArray
    cell_m2: FloatArray
    cell_aspect: float

    def raster(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The density on a regular grid of the smallest cells, as images and contours need it.

        Returns:
            x_m (W,) and y_m (H,) of the pixels' centres, rising, and the density per m² (H, W), NaN
            where the source cannot be. `pyplot.pcolormesh(*posterior.raster())` draws it.

        Raises:
            ValueError: the estimator's cells form no grid, as those of the particle filter.
        """
        height_m = np.sqrt(self.cell_m2 / self.cell_aspect)
        step_m = np.array([self.cell_aspect, 1.0]) * height_m.min()
        times = height_m / height_m.min()
        corner_m = np.column_stack([self.x_m, self.y_m]) - times[:, None] * step_m / 2.0
        origin_m = corner_m.min(axis=0)
        first = (corner_m - origin_m) / step_m
        if max(np.abs(values - np.rint(values)).max() for values in (times, first)) > _OFF_GRID:
            raise ValueError("the cells of this estimator form no grid; take its cells as they are")
        first, times = np.rint(first).astype(int), np.rint(times).astype(int)
        columns, rows = (first + times[:, None]).max(axis=0)
        density = np.full((rows, columns), np.nan)
        for size in np.unique(times):
            here = times == size
            column, row = first[here].T
            for right, up in np.ndindex(size, size):
                density[row + up, column + right] = (self.probability / self.cell_m2)[here]
        x_m, y_m = (
            low + step * (np.arange(count) + 0.5)
            for low, step, count in zip(origin_m, step_m, (columns, rows), strict=True)
        )
        return x_m, y_m, density


@dataclass(frozen=True, repr=False)
class GeodeticFix:
    """What one flight says about an unknown source, in degrees.

    A notebook shows it as a map with its table and notes. `fix.__geo_interface__` is a feature
    collection: `geopandas.GeoDataFrame.from_features(fix)` reads it.

    Attributes:
        local: the fix in metres of its local frame, with the flight and the settings.
    """

    local: Fix

    @cached_property
    def record(self) -> FixRecord:
        """Everything that fix.json holds."""
        return FixRecord.model_validate(self._values)

    @property
    def usable(self) -> bool:
        """Whether there is an estimate; if not, `reason` says why."""
        return self.record.usable

    @property
    def reason(self) -> str:
        """Why there is no estimate; else empty."""
        return self.record.reason

    @property
    def position(self) -> Position | None:
        """Estimate of the source's position; None without one."""
        return self.record.position

    @property
    def expected_error_m(self) -> float | None:
        """Expected distance of the source from the position; None if it is not known."""
        return self.record.expected_error_m

    @cached_property
    def regions(self) -> tuple[GeodeticRegion, ...]:
        """The 50 % and the 90 % region; empty if the estimator gives no probability."""
        return tuple(
            GeodeticRegion(told.probability, told.area_m2, shape_deg)
            for told, shape_deg in zip(self.record.regions, self._shapes["regions"], strict=True)
        )

    @property
    def places(self) -> tuple[PlaceRecord, ...]:
        """Separate places where the source may be, the most probable first."""
        return tuple(self.record.places)

    @cached_property
    def posterior(self) -> GeodeticPosterior | None:
        """Probability of the source over the area; None if the estimator gives none."""
        found = self._posterior
        if found is None:
            return None
        x_m, y_m = found.xy_m.T
        latitude_deg, longitude_deg = self.local.frame.to_geodetic(x_m, y_m)
        return GeodeticPosterior(
            latitude_deg,
            longitude_deg,
            x_m,
            y_m,
            found.probability,
            found.cell_m2,
            found.cell_aspect,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, what was missing, and warnings."""
        return tuple(self.record.notes)

    @property
    def flags(self) -> tuple[str, ...]:
        """The warnings by name."""
        return tuple(self.record.flags)

    @cached_property
    def __geo_interface__(self) -> dict[str, Any]:
        """The content of fix.geojson: point, places, regions, track and area as features."""
        return fix_features(self._values, self._shapes)

    def to_kml(self, path: str | Path) -> None:
        """Write fix.kml, for a ground-control station or a globe.

        Raises:
            DataError: the file cannot be written.
        """
        self._write(path, fix_kml(self._values, self._shapes))

    def to_geojson(self, path: str | Path) -> None:
        """Write fix.geojson (RFC 7946), for a GIS.

        Raises:
            DataError: the file cannot be written.
        """
        self._write(path, json_text(self.__geo_interface__))

    def write(self, folder: str | Path) -> None:
        """Write all files of docs/reference/fix.md into a folder, over those that are there.

        Raises:
            DataError: a file cannot be written.
        """
        write_fix(self.local, folder)

    def __repr__(self) -> str:
        return f"<Fix of {self.record.flight}: {headline(self._values)}>"

    def _repr_png_(self) -> bytes:
        return self._png

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th>"
            f"<td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in rows(self._values)
        )
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        image = base64.b64encode(self._png).decode()
        return (
            f"<p><b>{escape(headline(self._values))}</b></p>"
            f"<img alt='map of the fix' style='max-width:100%' src='data:image/png;base64,{image}'>"
            f"<details><summary>table and notes</summary><table>{cells}</table>"
            f"<ul>{notes}</ul></details>"
        )

    @property
    def _posterior(self) -> Posterior | None:
        return None if self.local.estimate is None else self.local.estimate.posterior

    @cached_property
    def _values(self) -> dict[str, Any]:
        return fix_record(self.local)

    @cached_property
    def _shapes(self) -> dict[str, Any]:
        return geodetic_shapes(self.local)

    @cached_property
    def _png(self) -> bytes:
        return as_png(fix_map(self.local))

    def _write(self, path: str | Path, text: str) -> None:
        with written_beside(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
