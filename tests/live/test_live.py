"""A fix that is renewed while the UAV flies: inputs, outputs, and what goes wrong in the field."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from support.user_files import flight_log

from rfsl import api, cli
from rfsl.api import Asked
from rfsl.errors import ConfigError
from rfsl.fixes.output import OUTPUTS
from rfsl.io.records import schema_text
from rfsl.live import readings
from rfsl.live.arrivals import Arrivals, from_udp
from rfsl.live.cursor_on_target import TakAddress
from rfsl.live.readings import BadReadingError, ReadingLogs, parsed
from rfsl.live.record import SCHEMA_FILE, LiveRecord
from rfsl.live.run import LiveRun
from rfsl.live.tracker import Tracker

#: As that of `support.user_files`, on a coarse grid: what is tested is not how near a fix is.
OVERLAY = """
localizers:
  cell_m: 20.0
  coarse_grid_m: 30.0
  grid_m: 15.0
  bagging: {stretches_m: [100.0]}
  kriging: {shadowing_std_db: 4.0, gain_std_db: 0.0, azimuth_std_db: 0.0, scale_spread: 0.0}
"""


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the log of a flight, the config, and the fix of `rfsl localize` in `whole`."""
    folder = tmp_path_factory.mktemp("live")
    (folder / "mine.yaml").write_text(OVERLAY)
    log = flight_log(folder / "flight.csv")
    arguments = ["--config", str(folder / "mine.yaml"), "--output", str(folder / "whole")]
    assert cli.main(["localize", str(log), *arguments]) == cli.FOUND
    return folder


@pytest.fixture(scope="module")
def asked(field: Path) -> Asked:
    return api.prepared(config=field / "mine.yaml")


def record_of(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "fix.json").read_text())
    return record


def check_same(found: dict[str, Any], whole: dict[str, Any]) -> None:
    """The same fix, to 1 % of the expected error."""
    moved_m = np.hypot(
        found["position"]["x_m"] - whole["position"]["x_m"],
        found["position"]["y_m"] - whole["position"]["y_m"],
    )
    assert moved_m < 0.01 * whole["expected_error_m"] + 0.01  # centimetres are rounded
    assert found["expected_error_m"] == pytest.approx(whole["expected_error_m"], rel=0.011)
    assert found["flags"] == whole["flags"]


# Readings


@given(
    st.dictionaries(
        st.sampled_from(["time_s", "rss_db", "latitude_deg", "longitude_deg", "height_m", "x"]),
        st.floats()
        | st.integers(-(10**30), 10**30)
        | st.sampled_from(["", "loud", "-60", None, True, [1], {}]),
    )
)
def test_any_object_is_a_reading_or_told(values: dict[str, object]) -> None:
    try:
        found = parsed(json.dumps(values), now_s=7.0)
    except BadReadingError as error:
        assert str(error)
        return
    assert "rss_db" in found or found.keys() >= {"latitude_deg", "longitude_deg", "height_m"}
    assert all(np.isfinite(value) for value in found.values())
    assert found["time_s"] in (7.0, pytest.approx(values.get("time_s", 7.0)))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ('{"rss_db": 1%s}' % ("0" * 400), "rss_db is larger than any number"),
        ('{"rss_db": "loud"}', "rss_db is 'loud', and no number"),
        ('{"rssi": 1}', "neither rss_db nor latitude_deg.*found rssi"),
        ('{"latitude_deg": 1.0, "longitude_deg": 2.0}', "neither rss_db"),
    ],
)
def test_what_is_no_reading(line: str, message: str) -> None:
    with pytest.raises(BadReadingError, match=message):
        parsed(line)


def test_logs_of_our_own_go_on_after_a_cut(tmp_path: Path) -> None:
    """A killed run may leave half a line; what follows is whole."""
    logs = ReadingLogs(tmp_path)
    logs.open()
    logs.add({"time_s": 1.0, "rss_db": -60.0, "quality_db": 70.0})
    logs.add({"time_s": 1.5, "latitude_deg": 35.0, "longitude_deg": -78.0, "height_m": 30.0})
    logs.write()
    with logs.power.open("a") as file:
        file.write("2.0,-6")
    again = ReadingLogs(tmp_path)
    again.open()
    assert again.last_s() == 1.0
    again.add({"time_s": 3.0, "rss_db": -62.0})
    again.write()
    power = pd.read_csv(again.power)
    assert power["time_s"].tolist() == [1.0, 3.0]
    assert power["rss_db"].tolist() == [-60.0, -62.0]
    assert pd.read_csv(again.positions)["yaw_deg"].tolist() == [0.0]


def test_a_full_disk_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = ReadingLogs(tmp_path)
    logs.open()
    logs.add({"time_s": 1.0, "rss_db": -60.0})

    def full(path: Path, size: int, text: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(readings, "_append", full)
        logs.write()
    assert "power.csv cannot be written: No space left on device" in logs.problem
    logs.add({"time_s": 2.0, "rss_db": -61.0})
    logs.write()
    assert logs.problem == ""
    assert pd.read_csv(logs.power)["rss_db"].tolist() == [-60.0, -61.0]


def test_udp_takes_several_lines_and_counts_bad_ones() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arrivals = Arrivals()
    arrivals.start("udp", from_udp("127.0.0.1", port))
    with pytest.raises(ConfigError, match=f"--udp {port}: cannot listen"):
        from_udp("127.0.0.1", port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b'{"rss_db": -60}\nnonsense\n{"rss_db": -61}\n', ("127.0.0.1", port))
    found: list[dict[str, float]] = []
    until_s = time.monotonic() + 10.0
    while len(found) < 2 and time.monotonic() < until_s:
        found += arrivals.taken()
        time.sleep(0.01)
    assert [reading["rss_db"] for reading in found] == [-60.0, -61.0]
    assert arrivals.bad == 1 and "no JSON" in arrivals.reason and not arrivals.ended
    arrivals.stopped.set()
    while not arrivals.ended and time.monotonic() < until_s:
        assert list(arrivals.taken()) == []
        time.sleep(0.01)
    assert arrivals.ended


# A replay


def live_lines(*arguments: str | Path, wanted: int = 0, **options: Any) -> list[dict[str, Any]]:
    """The lines of `rfsl live` in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-m", "rfsl", "live", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        **options,
    )
    assert run.returncode == wanted, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.slow
def test_a_replay_ends_in_the_fix_of_the_whole_log(field: Path, tmp_path: Path) -> None:
    arguments = ["--replay", field / "flight.csv", "--config", field / "mine.yaml"]
    lines = live_lines(*arguments, "--speed", "60", "--every", "2", "--output", tmp_path)
    assert len(lines) > 2
    assert [line["update"] for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        LiveRecord.model_validate(line)
        assert line["ended"] == (line is lines[-1]) and line["problems"] == []
    times_s = [line["flight_time_s"] for line in lines if line["flight_time_s"] is not None]
    assert times_s == sorted(times_s) and times_s[-1] == pytest.approx(599.8)
    whole = record_of(field / "whole")
    check_same(lines[-1], whole)
    check_same(record_of(tmp_path), whole)
    assert {path.name for path in tmp_path.iterdir()} == {
        *OUTPUTS,
        "live.kml",
        "power.csv",
        "positions.csv",
    }
    link = ElementTree.parse(tmp_path / "live.kml").find(".//{*}NetworkLink/{*}Link")
    assert link is not None
    assert [child.text for child in link] == ["fix.kml", "onInterval", "2"]
    ElementTree.parse(tmp_path / "fix.kml")
    features = json.loads((tmp_path / "fix.geojson").read_text())["features"]
    assert all(shapely.geometry.shape(feature["geometry"]).is_valid for feature in features)


@pytest.mark.slow
def test_killed_and_started_again_it_ends_in_the_same_fix(field: Path, tmp_path: Path) -> None:
    arguments = ["--replay", field / "flight.csv", "--config", field / "mine.yaml"]
    arguments += ["--speed", "40", "--every", "1", "--output", tmp_path]
    killed = subprocess.Popen(
        [sys.executable, "-m", "rfsl", "live", *map(str, arguments)], stdout=subprocess.PIPE
    )
    assert killed.stdout is not None
    killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    before = len(pd.read_csv(tmp_path / "power.csv"))
    assert 0 < before < 3000
    lines = live_lines(*arguments)
    times_s = pd.read_csv(tmp_path / "power.csv")["time_s"]
    assert len(times_s) == 3000 and times_s.is_monotonic_increasing
    check_same(lines[-1], record_of(field / "whole"))


@pytest.mark.slow
def test_readings_on_standard_input(field: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(field / "flight.csv").to_dict("records")
    text = "\n".join(map(json.dumps, rows)) + "\nnonsense\n"
    arguments = ["--stdin", "--config", field / "mine.yaml", "--output", tmp_path]
    lines = live_lines(*arguments, "--every", "60", input=text)
    assert lines[-1]["ended"]
    assert lines[-1]["problems"][0].startswith("1 lines were no readings")
    check_same(lines[-1], record_of(field / "whole"))


@pytest.mark.afar
@pytest.mark.slow
def test_a_real_log_replayed(afar_folder: Path, tmp_path: Path) -> None:
    log = afar_folder / "flights/results_useful_ori_exp_309_loc_2.mat"
    whole = tmp_path / "whole"
    common = ["--calibration", "aerpaw", "--source-height", "1.5"]
    assert cli.main(["localize", str(log), *common, "--output", str(whole)]) == cli.FOUND
    arguments = ["--replay", log, "--speed", "30", "--every", "5", *common]
    lines = live_lines(*arguments, "--output", tmp_path / "live")
    check_same(lines[-1], record_of(whole))


# A log that another program writes


@pytest.fixture
def following(field: Path, asked: Asked, tmp_path: Path) -> Iterator[LiveRun]:
    """A run that follows a log; `_renew_fix` is one update of it."""
    log = tmp_path / "growing.csv"
    yield LiveRun(Tracker(asked, log), tmp_path / "out", 1.0, [log])


def written(run: LiveRun, lines: list[str]) -> None:
    """Let the logger write the lines, and the run look at them."""
    run.tracker.log.write_text("\n".join(lines) + "\n")
    run._renew_fix()


def test_a_log_that_grows_from_nothing(field: Path, following: LiveRun) -> None:
    lines = (field / "flight.csv").read_text().splitlines()
    following._renew_fix()
    assert following._fix is None and "no such file" in following._reason
    written(following, lines[:1])
    assert following._fix is None and "growing.csv" in following._reason
    written(following, lines[:100])
    assert "only 99 samples" in following._reason
    written(following, lines[:1500])
    assert following._fix is not None and following._reason == ""
    first_s = following._fix.logs[0].duration_s
    following.tracker.log.write_text("\n".join([*lines[:2000], lines[2000][:30]]))
    following._renew_fix()
    assert following._reason == "" and following._fix.logs[0].duration_s > first_s


def test_a_logger_that_starts_again(field: Path, following: LiveRun) -> None:
    """An empty log keeps the fix of before, and says so; then the new flight counts."""
    lines = (field / "flight.csv").read_text().splitlines()
    written(following, lines[:1500])
    before = following._fix
    written(following, lines[:1])
    assert following._fix is before
    assert following._input_problems()[0].startswith("the fix is that of before")
    written(following, [lines[0], *lines[1500:]])
    assert following._reason == "" and following._input_problems() == []
    assert following._fix is not None and following._fix.logs[0].duration_s < 301.0


def test_gaps_and_a_clock_that_jumps(field: Path, following: LiveRun) -> None:
    """A gap of a minute, and a clock that is set back for a moment."""
    table = pd.read_csv(field / "flight.csv").drop(index=range(1200, 1500))
    table.loc[2000:2002, "time_s"] -= 3600.0
    lines = table.to_csv(index=False).splitlines()
    for count in (1000, 1600, len(lines)):
        written(following, lines[:count])
        assert following._reason == ""
    assert following._fix is not None and following._fix.estimate is not None


def test_a_jump_is_told_by_the_update_of_three_minutes_before(
    field: Path, following: LiveRun
) -> None:
    lines = (field / "flight.csv").read_text().splitlines()
    for count in range(1200, 3001, 300):  # a minute each
        written(following, lines[:count])
    kept_s = [time_s for time_s, _ in following.tracker._before]
    assert kept_s[0] == pytest.approx(420.0, abs=61.0) and len(kept_s) <= 5


# Outputs


def test_the_schema_file_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(LiveRecord)


def test_a_folder_that_cannot_be_written_is_told(
    field: Path, following: LiveRun, capsys: pytest.CaptureFixture[str]
) -> None:
    following.folder.write_text("a file where the folder should be")
    following.tracker.log.write_text((field / "flight.csv").read_text())
    following.stopped.set()
    fix = following.loop()
    assert fix is not None and fix.estimate is not None
    told = capsys.readouterr()
    (line,) = told.out.splitlines()
    assert json.loads(line)["usable"]
    assert re.search("cannot write", json.loads(line)["problems"][0])
    assert "cannot write" in told.err


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_cursor_on_target_is_sent(transport: str, field: Path, following: LiveRun) -> None:
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10.0)
        if transport == "tcp":
            server.listen()
        following.tak = TakAddress.of(f"{transport}://127.0.0.1:{server.getsockname()[1]}")
        following.tracker.log.write_text((field / "flight.csv").read_text())
        following.stopped.set()
        fix = following.loop()
        if transport == "tcp":
            link, _ = server.accept()
            with link:
                content = b"".join(iter(lambda: link.recv(4096), b""))
        else:
            content = server.recv(65536)
    point = ElementTree.fromstring(content).find("point")
    assert fix is not None and fix.estimate is not None and point is not None
    latitude_deg, longitude_deg = fix.frame.to_geodetic(*fix.estimate.position_m)
    assert float(point.get("lat", "0")) == pytest.approx(float(latitude_deg), abs=1e-6)
    assert float(point.get("lon", "0")) == pytest.approx(float(longitude_deg), abs=1e-6)
    assert float(point.get("ce", "0")) == pytest.approx(fix.estimate.expected_error_m, abs=0.01)


# Mistakes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "needs an input"),
        (["--replay", "a", "--stdin"], "--replay: found other inputs"),
        (["--follow", "a", "--udp", "1"], "--follow: only --mavlink"),
        (["--mavlink", "udp:127.0.0.1:1"], "name the power too"),
        (["--stdin", "--tak", "here"], "--tak: found here; udp://host:port"),
        (["--replay", "no.csv"], "no.csv: no such file"),
        (["--stdin", "--area", "no.kml"], "no.kml"),
    ],
)
def test_mistakes(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["live", *arguments, "--output", str(tmp_path)]) == cli.MISTAKE
    assert message in capsys.readouterr().err


def test_a_speed_is_positive(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["live", "--replay", "a", "--speed", "0"])
    assert "a number above 0 is needed" in capsys.readouterr().err
