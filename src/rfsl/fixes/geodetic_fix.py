"""A fix in degrees, for programs and notebooks: values, shapes, arrays, files, a map to look at."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping

from rfsl.errors import DataError
from rfsl.fixes.flown import Fix
from rfsl.fixes.geodetic_posterior import GeodeticPosterior, geodetic_posterior
from rfsl.fixes.geotiff import write_geotiff
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
from rfsl.fixes.samples import samples_csv
from rfsl.fixes.wording import headline, rows
from rfsl.io.writing import written_beside


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
        return geodetic_posterior(self.local)

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
        self._write(path, fix_kml(self._values, self._shapes).encode())

    def to_geojson(self, path: str | Path) -> None:
        """Write fix.geojson (RFC 7946), for a GIS.

        Raises:
            DataError: the file cannot be written.
        """
        self._write(path, json_text(self.__geo_interface__).encode())

    def to_geotiff(self, path: str | Path) -> None:
        """Write the density of the position as GeoTIFF, for a GIS; needs the extra `gis`.

        Raises:
            DataError: there is no posterior, its cells form no grid, rasterio is not installed, or
                the file cannot be written.
        """
        if self.posterior is None:
            raise DataError(f"{path}: the fix has no posterior, so there is nothing to write")
        write_geotiff(self.posterior, self.local.frame, path)

    def samples_to_csv(self, path: str | Path) -> None:
        """Write samples.csv: the samples of the logs, and which of them the estimate used.

        Raises:
            DataError: the file cannot be written.
        """
        self._write(path, samples_csv(self.local))

    def write(self, folder: str | Path, extras: Collection[str] = ()) -> tuple[str, ...]:
        """Write all files of docs/reference/fix.md into a folder, over those that are there.

        Args:
            folder: where they are written; it is made if needed.
            extras: files that are written on request, of `samples.csv` and `posterior.tif`.

        Returns:
            Names of the files written.

        Raises:
            DataError: a file cannot be written.
        """
        return write_fix(self.local, folder, extras)

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

    @cached_property
    def _values(self) -> dict[str, Any]:
        return fix_record(self.local)

    @cached_property
    def _shapes(self) -> dict[str, Any]:
        return geodetic_shapes(self.local)

    @cached_property
    def _png(self) -> bytes:
        return as_png(fix_map(self.local))

    def _write(self, path: str | Path, content: bytes) -> None:
        with written_beside(path) as temporary:
            temporary.write_bytes(content)
