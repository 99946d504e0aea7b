"""What the readers of area files find: polygons, what they exclude, and what else there is."""

from __future__ import annotations

from dataclasses import dataclass, field

from shapely.geometry import Polygon

#: A polygon (longitude and latitude in degrees) with its name in the file.
Named = tuple[str, Polygon]


@dataclass
class AreaParts:
    """Parts of an area file.

    Attributes:
        inside: polygons in which the source may be.
        outside: polygons in which it cannot be, though it lies in one of those.
        others: how much of what else the file has; it is named if there is no polygon.
    """

    inside: list[Named] = field(default_factory=list)
    outside: list[Named] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Add to `others`."""
        self.others[what] = self.others.get(what, 0) + number
