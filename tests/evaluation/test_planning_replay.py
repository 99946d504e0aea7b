"""Choosing among flown minutes: no minute twice, and what was flown is what is located."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from support.flights import CONFIG, flight_file, flight_over
from support.worlds import mission

from rfsl.evaluation.planning_replay import SEGMENT_S, Replay, replay_scores, replay_table
from rfsl.flights.cells import flight_cells, fused_cells

SOURCE_M = (140.0, 180.0)


@cache
def replay() -> Replay:
    """Two flights of ten minutes over one source; estimates after 3 and 5 minutes."""
    items = [flight_file(flight_over(SOURCE_M, noise_db), (*SOURCE_M, 5.0)) for noise_db in (1, 2)]
    return Replay.of(items, mission(times_s=(180.0, 300.0)), CONFIG.flights)


def test_the_segments_are_the_minutes_of_the_flights() -> None:
    found = replay()
    assert len(found.flights) == 2
    assert len(found.segments) == 20
    for number, cells in enumerate(found.flights):
        own = [item.cells for item in found.segments if item.flight == number]
        np.testing.assert_array_equal(np.concatenate(own), np.arange(cells.rss_db.size))


def test_all_minutes_together_are_the_fused_flights() -> None:
    found = replay()
    whole = fused_cells(
        [flight_cells(flight_over(SOURCE_M, noise_db), 20.0, CONFIG.flights) for noise_db in (1, 2)]
    )
    measured = found.measured(found.segments)
    assert measured is not None
    np.testing.assert_array_equal(measured.rss_db, whole.rss_db)
    np.testing.assert_array_equal(measured.travelled_m, whole.travelled_m)


def test_the_planner_chooses_each_minute_once() -> None:
    found = replay()
    first = found.segments[0]
    flown = found.order(first, lambda a, b: found.by_expected_error(a, b, 1))
    assert flown[0] is first
    assert len(flown) == found.mission.times_s[-1] / SEGMENT_S
    assert len({id(item) for item in flown}) == len(flown)


@pytest.mark.slow  # two flights, seven orders each, are located twice
def test_scores_and_their_table() -> None:
    scores = replay_scores(replay(), "here", np.array(SOURCE_M), 1)
    table = replay_table(scores)
    assert set(table["policy"]) == {"expected_error", "random", "chronological"}
    rows = table[table["location"] == "all"].set_index(["policy", "after_s"])
    assert (rows["starts"] == 2).all()
    chance = scores[(scores["policy"] == "random") & (scores["after_s"] == 300)]
    assert rows.loc[("random", 300), "mean_error_m"] == np.mean(chance["error_m"])
    alike = table[table["location"] == "here"].drop(columns="location").reset_index(drop=True)
    every = table[table["location"] == "all"].drop(columns="location").reset_index(drop=True)
    pd.testing.assert_frame_equal(alike, every)
