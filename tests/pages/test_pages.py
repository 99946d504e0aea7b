"""Pages: what they show, and how they behave in a browser without a network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page as Tab
from support.browser import offline_browser
from support.flights import flight_file, flight_over

from rfsl.config.config import Config
from rfsl.evaluation.tables.over_time import read_errors_over_time
from rfsl.figures.palette import REGIONS
from rfsl.figures.track import TrackPieces
from rfsl.flights.files import FlightFile
from rfsl.flights.lock import held_samples
from rfsl.io.tables import write_tsv
from rfsl.localizers.build import FittedFiles, build_localizers
from rfsl.pages.error_time import error_time_page
from rfsl.pages.page import write_page
from rfsl.pages.replay import Moment, replay
from rfsl.pages.replay_map import replay_page
from rfsl.workflow.plan.plan import Plan

CONFIG = Config()
SOURCE_M = (180.0, 220.0, 5.0)
TIMES_S = (100, 200, 400, 600)
DESCRIBED = {"mode": "kriging_free_space", "label": "kriging <b>&", "calibration": None}
NAMES = ("90 % region", "50 % region", "flown so far, by RSS", "error", "estimate", "UAV")


@pytest.fixture(scope="module")
def item() -> FlightFile:
    """A flight whose receiver holds nothing for 150 s."""
    flown = flight_over(SOURCE_M[:2], noise_db=6.0)
    quality_db = np.where(flown.time_s < 150.0, 42.0, 72.0)
    return flight_file(replace(flown, quality_db=quality_db), SOURCE_M, "emulated")


@pytest.fixture(scope="module")
def moments(item: FlightFile) -> list[Moment]:
    mode = Plan.of({}).localizer_params("kriging_free_space")
    localizers = build_localizers(
        mode, FittedFiles(), CONFIG.scenario, CONFIG.localizers, CONFIG.flights
    )
    return replay(item, localizers[0], TIMES_S, CONFIG.flights)


@pytest.fixture(scope="module")
def replay_file(
    item: FlightFile, moments: list[Moment], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("pages") / "replay.html"
    page = replay_page(item, moments, DESCRIBED, CONFIG.scenario, CONFIG.flights)
    write_page(page, path)
    return path


def numbers(values: object) -> np.ndarray:
    """Coordinates of a trace, NaN in the gaps."""
    return np.array(values, dtype=float)


def signed_area_m2(x_m: np.ndarray, y_m: np.ndarray) -> float:
    """Area of rings between gaps, what turns to the left less what turns to the right."""
    area_m2 = 0.0
    for part in np.split(np.arange(x_m.size), np.flatnonzero(np.isnan(x_m))):
        ring = part[~np.isnan(x_m[part])]
        x, y = x_m[ring], y_m[ring]
        area_m2 += 0.5 * float(x[:-1] @ y[1:] - x[1:] @ y[:-1])
    return area_m2


def test_a_replay_has_a_frame_for_each_time(item: FlightFile, moments: list[Moment]) -> None:
    page = replay_page(item, moments, DESCRIBED, CONFIG.scenario, CONFIG.flights)
    figure = page.figure
    names = ["1:40", "3:20", "6:40", "10:00"]
    assert [frame.name for frame in figure.frames] == names
    assert [step.args[0] for step in figure.layout.sliders[0].steps] == [(name,) for name in names]
    assert list(figure.layout.updatemenus[0].buttons[0].args[0]) == names
    for frame, moment in zip(figure.frames, moments, strict=True):
        moved = [figure.data[place].name for place in frame.traces]
        assert moved == list(NAMES) == [trace.name for trace in frame.data]
        traces = dict(zip(moved, frame.data, strict=True))
        till = item.flight.until(moment.time_s)
        assert (traces["UAV"].x[0], traces["UAV"].y[0]) == pytest.approx(
            till.position_m[-1, :2], abs=0.06
        )
        told = frame.layout.annotations[0].text
        if moment.attempt.estimate is None:
            assert traces["estimate"].x == (None,) == traces["90 % region"].x
            continue
        x_m, y_m = traces["estimate"].x[0], traces["estimate"].y[0]
        error_m = np.hypot(x_m - SOURCE_M[0], y_m - SOURCE_M[1])
        assert error_m == pytest.approx(moment.error_m, abs=0.1)
        assert f"error {moment.error_m:.0f} m, expected error" in told


def test_regions_are_drawn_as_large_as_they_are(item: FlightFile, moments: list[Moment]) -> None:
    figure = replay_page(item, moments, DESCRIBED, CONFIG.scenario, CONFIG.flights).figure
    drawn = 0
    for frame, moment in zip(figure.frames, moments, strict=True):
        for share, color, trace in zip((0.9, 0.5), reversed(REGIONS), frame.data[:2], strict=True):
            assert trace.line.color == color and trace.fill == "toself"
            for region in moment.regions:
                if region.share == share:
                    area_m2 = signed_area_m2(numbers(trace.x), numbers(trace.y))
                    assert area_m2 == pytest.approx(region.area_m2, rel=0.05)
                    told = frame.layout.annotations[0].text.replace("<br>", " ")
                    assert f"{100 * share:.0f} % region {region.area_m2:,.0f} m²" in told
                    drawn += 1
    assert drawn == 6


def test_the_track_is_coloured_up_to_the_time(item: FlightFile, moments: list[Moment]) -> None:
    figure = replay_page(item, moments, DESCRIBED, CONFIG.scenario, CONFIG.flights).figure
    pieces = TrackPieces.of(item.flight, held_samples(item.flight, CONFIG.flights))
    known = np.isfinite(pieces.rss_db)
    assert not known[pieces.time_s < 145.0].any() and known[pieces.time_s > 155.0].all()
    for frame, time_s in zip(figure.frames, TIMES_S, strict=True):
        marker = frame.data[NAMES.index("flown so far, by RSS")].marker
        shown = known & (pieces.time_s < time_s)
        np.testing.assert_allclose(marker.color[:-1], pieces.rss_db[shown], atol=0.06)
        assert marker.cmin <= pieces.rss_db[known].min()
        assert marker.cmax >= pieces.rss_db[known].max()
        assert marker.colorbar.title.text == "RSS (dB, level unknown)"


def test_a_flight_that_cannot_be_used_yet_says_why(
    moments: list[Moment], replay_file: Path
) -> None:
    assert moments[0].attempt.estimate is None
    text = replay_file.read_text()
    assert text.count("receiver locked in 0.0 % of the samples") == 2  # the frame, the table
    assert "Data: emulated trials; trial t1, flight f1, source at l1." in text
    assert "kriging &lt;b&gt;&amp; (mode kriging_free_space), no calibration" in text


def test_a_mode_without_probabilities_has_no_regions(item: FlightFile) -> None:
    mode = Plan.of({}).localizer_params("strongest_rss")
    localizer = build_localizers(
        mode, FittedFiles(), CONFIG.scenario, CONFIG.localizers, CONFIG.flights
    )[0]
    moments = replay(item, localizer, (600,), CONFIG.flights)
    page = replay_page(item, moments, DESCRIBED, CONFIG.scenario, CONFIG.flights)
    (frame,) = page.figure.frames
    assert frame.data[0].x == (None,)
    assert frame.layout.annotations[0].text == f"After 10:00: error {moments[0].error_m:.0f} m"
    assert list(page.rows[0])[2:] == ["–", "–", "–", ""]


def test_equal_pages_are_equal_files(
    item: FlightFile, moments: list[Moment], replay_file: Path, tmp_path: Path
) -> None:
    page = replay_page(item, moments, DESCRIBED, CONFIG.scenario, CONFIG.flights)
    write_page(page, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == replay_file.read_bytes()
    assert replay_file.stat().st_size < 3_000_000


# Error against time

COLORS = {"a": "#112233", "b": "#445566"}


def errors() -> pd.DataFrame:
    """Two modes on five flights; b has no estimate of t3 after 3 min, and is very near after 10."""
    rows = [
        {
            "trial": f"t{trial}",
            "location": "l1",
            "kind": "testbed",
            "mode": mode,
            "label": f"mode {mode}",
            "after_s": after_s,
            "error_m": 10.0 * trial + after_s / 100.0,
            "expected_error_m": 20.0 if mode == "b" else np.nan,
            "radius_90_m": 30.0 if mode == "b" else np.nan,
            "note": "",
        }
        for trial in range(1, 6)
        for mode in COLORS
        for after_s in (180, 600)
    ]
    table = pd.DataFrame(rows)
    chosen = (table["trial"] == "t3") & (table["mode"] == "b")
    first, last = table.index[chosen]
    table.loc[first, ["error_m", "expected_error_m", "radius_90_m"]] = np.nan
    table.loc[first, "note"] = "receiver locked in 1 % of the samples"
    table.loc[last, "error_m"] = 0.4
    return table


@pytest.fixture
def error_table(tmp_path: Path) -> pd.DataFrame:
    write_tsv(errors(), tmp_path / "error_time.tsv")
    return read_errors_over_time(tmp_path / "error_time.tsv")


def test_every_flight_and_mode_is_drawn_in_its_colour(error_table: pd.DataFrame) -> None:
    page = error_time_page(error_table, COLORS)
    lines = [trace for trace in page.figure.data if trace.mode == "lines+markers"]
    assert len(lines) == 10
    assert all(trace.line.color == COLORS[trace.legendgroup] for trace in lines)
    assert [trace.name for trace in lines if trace.showlegend] == ["mode a", "mode b"]
    assert page.statements[0].startswith("Data: real AERPAW flights.")
    titles = {note.text for note in page.figure.layout.annotations}
    assert {"t1, l1", "t5, l1"} <= titles
    marks = [shape.x0 for shape in page.figure.layout.shapes]
    assert marks == [3.0, 10.0] * 5
    first = next(trace for trace in lines if trace.legendgroup == "b")
    assert list(first.x) == [3.0, 10.0] and list(first.y) == pytest.approx([11.8, 16.0])
    assert first.text[0].startswith("11.8 m (expected 20.0 m, 90 % region as large as a disk of")


def test_no_estimate_is_a_cross_that_says_why(error_table: pd.DataFrame) -> None:
    figure = error_time_page(error_table, COLORS).figure
    (cross,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert list(cross.x) == [3.0] and cross.legendgroup == "b"
    assert cross.text[0] == "no estimate: receiver locked in 1 % of the samples"
    place = figure.data.index(cross)
    line = figure.data[place - 1]
    # An error too small for the axis is drawn at its edge, and told as it is.
    assert line.y == (None, 1.0) and line.text[1].startswith("0.4 m")


# In a browser


@pytest.fixture
def tab() -> Iterator[Tab]:
    with offline_browser() as tab:
        yield tab


def opened(tab: Tab, path: Path) -> tuple[list[str], list[str]]:
    """Open a page and wait for its figure; requests and complaints go into the two lists."""
    requests: list[str] = []
    complaints: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(path.as_uri())
    tab.wait_for_selector("[data-state=drawn]", timeout=60_000)
    return requests, complaints


def shown(tab: Tab, name: str) -> tuple[list[float | None], list[float | None]]:
    """Coordinates of a trace as the browser holds them now."""
    trace = f"document.getElementById('plot').data.find((trace) => trace.name === '{name}')"
    x_m, y_m = tab.evaluate(f"[Array.from({trace}.x), Array.from({trace}.y)]")
    return x_m, y_m


def wait_until(tab: Tab, expression: str) -> None:
    """Ask from here until it is true: the page's policy lets no string be run inside it."""
    deadline_s = time.monotonic() + 30.0
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline_s, expression
        tab.wait_for_timeout(50)


def active(tab: Tab, step: int) -> None:
    """Wait until the slider is at a step."""
    wait_until(tab, f"document.getElementById('plot').layout.sliders[0].active === {step}")


@pytest.mark.browser
def test_the_slider_moves_the_estimate(tab: Tab, replay_file: Path, moments: list[Moment]) -> None:
    requests, complaints = opened(tab, replay_file)
    seen = {}
    for step, share in ((3, 1.0), (0, 0.0), (1, 1 / 3)):
        rail = tab.locator(".slider-rail-touch-rect").bounding_box()
        assert rail is not None
        inside = 0.04 + 0.92 * share
        tab.mouse.click(rail["x"] + inside * rail["width"], rail["y"] + rail["height"] / 2)
        active(tab, step)
        tab.wait_for_timeout(200)
        seen[step] = {name: shown(tab, name) for name in ("estimate", "90 % region", "UAV")}
        told = tab.locator(".annotation-text").text_content()
        assert told is not None and told.startswith(f"After {('1:40', '3:20', '', '10:00')[step]}")
    for step in (1, 3):
        estimate = moments[step].attempt.estimate
        assert estimate is not None
        (x_m, y_m) = (values[0] for values in seen[step]["estimate"])
        assert (x_m, y_m) == pytest.approx(estimate.position_m, abs=0.06)
        area_m2 = signed_area_m2(*map(numbers, seen[step]["90 % region"]))
        assert area_m2 == pytest.approx(moments[step].regions[1].area_m2, rel=0.05)
    assert seen[0]["estimate"] == ([None], [None])
    assert seen[1]["estimate"] != seen[3]["estimate"]
    assert seen[0]["UAV"] != seen[1]["UAV"] != seen[3]["UAV"]
    assert requests == [replay_file.as_uri()]
    assert complaints == []


@pytest.mark.browser
def test_the_play_button_runs_from_the_first_step_to_the_last(
    tab: Tab, replay_file: Path, moments: list[Moment]
) -> None:
    _, complaints = opened(tab, replay_file)
    tab.evaluate(
        """window.seen = [];
        document.getElementById("plot").on("plotly_animatingframe", (event) => {
            window.seen.push(event.name);
        });"""
    )
    tab.locator(".updatemenu-button").first.click()
    wait_until(tab, f"window.seen.length === {len(moments)}")
    assert tab.evaluate("window.seen") == ["1:40", "3:20", "6:40", "10:00"]
    active(tab, len(moments) - 1)
    assert complaints == []


@pytest.mark.browser
def test_the_legend_hides_a_mode_on_every_flight(
    tab: Tab, error_table: pd.DataFrame, tmp_path: Path
) -> None:
    write_page(error_time_page(error_table, COLORS), tmp_path / "error_time.html")
    requests, complaints = opened(tab, tmp_path / "error_time.html")
    assert tab.locator(".subplot").count() == 5
    tab.locator(".legendtoggle").first.click()
    plot = "document.getElementById('plot').data"
    wait_until(tab, f"{plot}.some((trace) => trace.visible === 'legendonly')")
    hidden = tab.evaluate(
        f"{plot}.filter((trace) => trace.visible === 'legendonly').map((trace) => trace.name)"
    )
    assert hidden == ["mode a"] * 5
    assert requests == [(tmp_path / "error_time.html").as_uri()]
    assert complaints == []


@pytest.mark.browser
def test_a_page_lets_nothing_in_from_elsewhere(tab: Tab, replay_file: Path) -> None:
    opened(tab, replay_file)
    refused = tab.evaluate(
        """() => new Promise((resolve) => {
            const told = (event) => resolve(event.blockedURI);
            document.addEventListener("securitypolicyviolation", told);
            const image = document.createElement("img");
            image.src = "http://127.0.0.1:9/picture.png";
            document.body.append(image);
        })"""
    )
    assert refused == "http://127.0.0.1:9/picture.png"
