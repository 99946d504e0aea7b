"""Random paths over the flight area, of the kinds that search flights fly.

Each function takes the area and a generator, and returns the corners (W, 2) of a path of straight
legs: east and north in metres.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.geometry.frames import Box

#: Draws a path of one kind: corners (W, 2) over a box.
TrajectoryKind = Callable[[Box, np.random.Generator], FloatArray]


def spiral(box: Box, rng: np.random.Generator) -> FloatArray:
    """Three to eight rectangular rings, from the outside in or from the inside out."""
    center_m, half_m = np.array(box.center_m), np.array(box.half_size_m)
    rings = int(rng.integers(3, 9))
    shares = np.linspace(rng.uniform(0.7, 1.0), rng.uniform(0.05, 0.3), rings)
    corners = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
    path_m = np.concatenate([center_m + share * half_m * corners for share in shares])
    return _turned(path_m, rng)


def lawnmower(box: Box, rng: np.random.Generator) -> FloatArray:
    """Parallel legs at a random spacing, east-west or north-south."""
    spacing_m = rng.uniform(15.0, 70.0)
    size_m = 2.0 * np.array(box.half_size_m)
    along = int(rng.integers(2))
    legs = max(2, int(size_m[1 - along] // spacing_m))
    across = np.repeat(np.linspace(0.03, 0.97, legs), 2)
    ends = np.tile([0.03, 0.97, 0.97, 0.03], legs)[: 2 * legs]
    share = np.empty((2 * legs, 2))
    share[:, along], share[:, 1 - along] = ends, across
    return _turned(np.array([box.west_m, box.south_m]) + share * size_m, rng)


def edges(box: Box, rng: np.random.Generator) -> FloatArray:
    """Three laps on the boundary or a little inside it."""
    inset = rng.uniform(0.85, 1.0)
    corners = inset * np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
    corners = np.roll(corners, int(rng.integers(4)), axis=0)
    laps = np.tile(corners, (3, 1))
    return _turned(np.array(box.center_m) + laps * np.array(box.half_size_m), rng)


def shrinking_rectangles(box: Box, rng: np.random.Generator) -> FloatArray:
    """Rectangles that close in on a random place, as a search does."""
    west_m, east_m, south_m, north_m = box.west_m, box.east_m, box.south_m, box.north_m
    goal_m = rng.uniform([west_m, south_m], [east_m, north_m])
    size_m = np.array(box.half_size_m)
    corners = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])
    corners = _turned(np.roll(corners, int(rng.integers(4)), axis=0), rng)
    path_m = []
    for share in np.geomspace(
        rng.uniform(0.5, 1.0), rng.uniform(0.05, 0.2), int(rng.integers(3, 7))
    ):
        middle_m = share * np.array(box.center_m) + (1.0 - share) * goal_m
        path_m.append(middle_m + share * size_m * corners)
    return np.asarray(box.clip(np.concatenate(path_m)))


def circles(box: Box, rng: np.random.Generator) -> FloatArray:
    """Circles around one or two places, growing or shrinking."""
    parts = []
    for _ in range(int(rng.integers(1, 3))):
        middle_m = rng.uniform([box.west_m, box.south_m], [box.east_m, box.north_m])
        turns = rng.uniform(1.0, 4.0)
        angle = np.linspace(0.0, 2.0 * np.pi * turns, int(24 * turns))
        radius_m = np.linspace(rng.uniform(10.0, 130.0), rng.uniform(10.0, 130.0), angle.size)
        parts.append(middle_m + radius_m[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    return np.asarray(box.clip(np.concatenate(parts)))


def random_waypoints(box: Box, rng: np.random.Generator) -> FloatArray:
    """Straight legs between random places."""
    count = int(rng.integers(4, 30))
    low, high = [box.west_m, box.south_m], [box.east_m, box.north_m]
    return rng.uniform(low, high, (count, 2))


TRAJECTORY_KINDS: dict[str, TrajectoryKind] = {
    "spiral": spiral,
    "lawnmower": lawnmower,
    "edges": edges,
    "shrinking_rectangles": shrinking_rectangles,
    "circles": circles,
    "random_waypoints": random_waypoints,
}


def _turned(path_m: FloatArray, rng: np.random.Generator) -> FloatArray:
    """The path forwards or backwards, with equal chance."""
    return path_m if rng.random() < 0.5 else path_m[::-1]
