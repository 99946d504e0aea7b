"""Calibrations without Snakemake: `rfsl calibrate`, the carried one, and which one a fix uses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.user_files import CONFIG, FRAME, OVERLAY, SOURCE_XY_M, TRIALS_HEAD, flight_log

import rfsl
from rfsl import cli
from rfsl.config.load import merge_overlays
from rfsl.errors import ConfigError, DataError
from rfsl.fixes.choice import choose_mode
from rfsl.geometry.frames import LocalFrame
from rfsl.propagation.calibration_file import read_calibration
from rfsl.propagation.carried import carried_calibrations
from rfsl.workflow.plan.plan import Plan

FAR = LocalFrame(-33.9, 18.4)


def trials_table(folder: Path, frame: LocalFrame, count: int = 3) -> Path:
    """Flights over one known source, with a table beside them."""
    latitude_deg, longitude_deg = frame.to_geodetic(*SOURCE_XY_M)
    rows = []
    for number in range(count):
        log = flight_log(folder / f"log_{number}.csv", frame=frame)
        table = pd.read_csv(log)
        rng = np.random.default_rng(number)
        table["rss_db"] += 5.0 * number + rng.normal(0.0, 2.0, len(table))
        table.to_csv(log, index=False)
        rows.append(
            f"flight_{number}\tf{number}\there\tlog\t{log.name}\t{latitude_deg:.9f}\t"
            f"{longitude_deg:.9f}\t5\ttestbed\n"
        )
    path = folder / "trials.tsv"
    path.write_text(TRIALS_HEAD + "".join(rows))
    return path


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trials_table(tmp_path_factory.mktemp("here"), FRAME)


def test_a_calibration_by_the_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = here.parent / "mine.json"
    arguments = ["calibrate", str(here), "--output", str(output), "--about", "my quadcopter"]
    assert cli.main([*arguments, "--frequency", "915e6"]) == cli.FOUND
    made = read_calibration(output)
    assert made is not None
    assert made.trials == ("flight_0", "flight_1", "flight_2")
    assert (made.about, made.frequency_hz, made.kinds) == ("my quadcopter", 915e6, ("testbed",))
    # The flights' levels are 5 dB apart, and flown over one source without a gain of their own.
    levels_db = np.array(list(made.offset_db.values()))
    np.testing.assert_allclose(np.diff(levels_db), 5.0, atol=0.5)
    assert f"rfsl localize LOG --calibration {output}" in capsys.readouterr().out
    assert cli.main(arguments) == cli.MISTAKE
    assert "is there already" in capsys.readouterr().err
    assert cli.main([*arguments, "--force", "--trials", "flight_1"]) == cli.FOUND
    assert "fewer than 3 flights" in capsys.readouterr().out
    overlay = here.parent / "mine.yaml"
    overlay.write_text(OVERLAY)
    fix = rfsl.localize(here.parent / "log_0.csv", calibration=output, config=overlay)
    assert fix.record.estimator.mode == "kriging_calibrated"
    assert fix.record.estimator.calibrated_on == ["flight_1"]
    (note,) = (note for note in fix.notes if note.startswith("the calibration ("))
    assert (
        note == "the calibration (mine, from 1 flight over known sources) holds for my quadcopter"
    )


def test_the_field_does_not_matter(here: Path, tmp_path: Path) -> None:
    """The same flights in another hemisphere: the same gain and shadowing."""
    there = trials_table(tmp_path, FAR)
    near, far = (rfsl.calibrate(table) for table in (here, there))
    np.testing.assert_allclose(far.profile.gain_db, near.profile.gain_db, atol=0.05)
    np.testing.assert_allclose(far.residual.std_db, near.residual.std_db, rtol=0.02)


def test_what_is_wrong_with_a_table(here: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"trials: found flight_9\. Did you mean flight_\d\?"):
        rfsl.calibrate(here, trials=["flight_9"])
    with pytest.raises(ConfigError, match="cannot be read"):
        rfsl.calibrate(tmp_path / "none.tsv")
    lost = tmp_path / "lost.tsv"
    lost.write_text(here.read_text())
    with pytest.raises(ConfigError, match=r"found path log_0\.csv; there is no such file"):
        rfsl.calibrate(lost)
    synthetic = tmp_path / "synthetic.tsv"
    synthetic.write_text(TRIALS_HEAD + "one\tspiral\there\tembedded\t\t35.7\t-78.6\t5\tsynthetic\n")
    with pytest.raises(ConfigError, match="no row has a log"):
        rfsl.calibrate(synthetic)


def test_a_fix_says_which_calibration_it_has(tmp_path: Path) -> None:
    log = flight_log(tmp_path / "my.csv")
    carried = rfsl.localize(log, calibration="aerpaw", results=tmp_path)
    assert carried.record.estimator.calibration == "data/aerpaw.json"
    assert any("aerpaw, from 8 flights over known sources" in note for note in carried.notes)
    assert not any("is of 3320 MHz" in note for note in carried.notes)
    other = rfsl.localize(log, calibration="aerpaw", frequency_hz=915e6, results=tmp_path)
    assert any("is of 3320 MHz, and this flight of 915 MHz" in note for note in other.notes)
    none = rfsl.localize(log, calibration="none", results=tmp_path)
    assert none.record.estimator.mode == "kriging_free_space"
    assert any("localize.calibration is none" in note for note in none.notes)
    plain = rfsl.localize(log, results=tmp_path)
    assert plain.position == none.position
    assert any("--calibration aerpaw" in note for note in plain.notes)
    with pytest.raises(ConfigError, match=r"found erpaw, which is no file; allowed are .* aerpaw"):
        rfsl.localize(log, calibration="erpaw")
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    with pytest.raises(DataError, match="not a calibration"):
        rfsl.localize(log, calibration=wrong)


def test_networks_belong_to_their_own_calibration(tmp_path: Path) -> None:
    modes = ["ensemble_calibrated", "kriging_calibrated", "kriging_free_space"]
    raw = merge_overlays([{"localize": {"modes": modes}}])
    choice = choose_mode(Plan.of_one_flight(raw).localize.modes(), tmp_path, "aerpaw")
    assert choice.mode == "kriging_calibrated"
    assert choice.files.calibration == carried_calibrations()["aerpaw"]
    assert "its networks belong to the calibration of the results" in choice.notes[0]


@pytest.mark.parametrize(
    ("calibration", "files"),
    [
        ("results", ["results/calibration/all.json"]),
        ("none", []),
        ("aerpaw", [str(carried_calibrations()["aerpaw"])]),
    ],
)
def test_the_workflow_makes_only_what_is_used(calibration: str, files: list[str]) -> None:
    overlay = {"trials": {"table": "config/trials/afar.tsv", "evaluate": ["afar_309_2"]}}
    raw = merge_overlays([overlay, {"localize": {"calibration": calibration}}])
    assert Plan.of(raw).localize.files() == files


def test_the_carried_calibration_is_of_the_flights(afar_folder: Path) -> None:
    """`make carried` makes it from the real flights by the present code."""
    carried = read_calibration(carried_calibrations()["aerpaw"])
    assert carried is not None
    made = rfsl.calibrate(
        "config/trials/afar.tsv",
        config=["config/afar.yaml", {"afar": {"folder": str(afar_folder)}}],
    )
    assert made.trials == carried.trials and made.about == carried.about
    np.testing.assert_allclose(made.profile.gain_db, carried.profile.gain_db, atol=0.01)
    np.testing.assert_allclose(made.residual.std_db, carried.residual.std_db, rtol=1e-3)
    assert json.loads(carried.model_dump_json())["fold"] == "all"
    assert CONFIG.scenario.frequency_hz == carried.frequency_hz
