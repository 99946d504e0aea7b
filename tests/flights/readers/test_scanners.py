"""Logs of scanners that the test writes: rtl_power, Kismet, WiGLE."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bad_logs import SETTINGS
from support.logs import Flown, stamp

from rfsl import cli
from rfsl.config.config import Config
from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
GROUND_M = 97.0
WANTED, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"


@pytest.fixture
def flown() -> Flown:
    """The flight by a receiver that reads once a second, in whole decibels."""
    made = Flown(FRAME, 9000)
    made.time_s = made.time_s[::30]
    made.quality_db = made.quality_db[::30]
    made.rss_db = np.round(-70.0 + 15.0 * np.sin(np.arange(300) / 20.0))
    return made


def changed(**changes: object) -> FlightSettings:
    return SETTINGS.model_copy(update=changes)


def check(found: Flight, flown: Flown) -> None:
    np.testing.assert_array_equal(found.rss_db, flown.rss_db)
    np.testing.assert_allclose(found.position_m[:, 0], 3.0 * np.arange(300), atol=0.02)
    np.testing.assert_allclose(found.position_m[:, 1:], [[100.0, 40.0]] * 300, atol=0.02)


# rtl_power


def scan(path: Path, flown: Flown, *, spur_db: float = -80.0, noise_db: float = -95.0) -> Path:
    """Two hops of 1 MHz a second; the source is at 433.92 MHz, a spur at 434.5 MHz."""
    lines, step_hz = [], 10_000
    for time_s, rss_db in zip(flown.time_s, flown.rss_db, strict=True):
        moment = stamp(time_s)[:19].replace(" ", ", ")
        for low_hz in (433_000_000, 434_000_000):
            powers_db = np.full(1_000_000 // step_hz + 1, noise_db)
            if low_hz == 433_000_000:
                powers_db[920_000 // step_hz] = rss_db
            else:
                powers_db[500_000 // step_hz] = spur_db
            cells = ", ".join(f"{power:.2f}" for power in powers_db)
            lines.append(f"{moment}, {low_hz}, {low_hz + 1_000_000}, {step_hz}.00, 64, {cells}")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def track(flown: Flown, tmp_path: Path) -> Path:
    return flown.raw(tmp_path, name="a").with_name("a_vehicleOut.txt")


def test_a_scan_at_the_carrier(flown: Flown, track: Path, tmp_path: Path) -> None:
    path = scan(tmp_path / "scan.txt", flown)
    check(read_log(path, FRAME, SETTINGS, track, carrier_hz=433.921e6), flown)
    chosen = changed(where={"frequency_hz": "433.919e6"})
    found = read_log(path, FRAME, chosen, track, carrier_hz=434.5e6)
    check(found, flown)
    assert "power of scan.txt is that of its bin at 433.92 MHz (as asked)" in found.notes


def test_a_scan_that_does_not_cover_the_carrier(flown: Flown, track: Path, tmp_path: Path) -> None:
    """The strongest bin is taken, by its median, and a note says how to take another."""
    path = scan(tmp_path / "scan.txt", flown)
    found = read_log(path, FRAME, SETTINGS, track, carrier_hz=3.3e9)
    check(found, flown)
    (note,) = (note for note in found.notes if "bin at" in note)
    assert "433.92 MHz (the bin with the largest median power" in note
    path = scan(tmp_path / "scan.txt", flown, spur_db=-40.0)
    with pytest.raises(FlightError, match="the power is -40 dB in every sample"):
        read_log(path, FRAME, SETTINGS, track, carrier_hz=3.3e9)
    found = read_log(path, FRAME, SETTINGS, track, carrier_hz=433.92e6)
    check(found, flown)
    assert (
        "the bin of scan.txt with the largest median power is at 434.5 MHz; --where "
        "frequency_hz=434500000 takes it"
    ) in found.notes
    with pytest.raises(FlightError, match=r"scan\.txt: the scan does not cover frequency_hz=1e9"):
        read_log(path, FRAME, changed(where={"frequency_hz": "1e9"}), track)


def test_the_option_names_the_bin(flown: Flown, track: Path, tmp_path: Path) -> None:
    path = scan(tmp_path / "scan.csv", flown, spur_db=-40.0)
    arguments = ["localize", str(path), "--positions", str(track), "--estimator", "strongest_rss"]
    out = tmp_path / "out"
    assert cli.main([*arguments, "--frequency", "433.92e6", "--output", str(out)]) == cli.FOUND
    notes = json.loads((out / "fix.json").read_text())["notes"]
    assert any("bin at 433.92 MHz (scenario.frequency_hz, --frequency)" in n for n in notes)


def test_bins_without_power(flown: Flown, track: Path, tmp_path: Path) -> None:
    """A bin of zero power is written as -inf, or nan."""
    path = scan(tmp_path / "scan.csv", flown, spur_db=np.nan, noise_db=-np.inf)
    check(read_log(path, FRAME, SETTINGS, track, carrier_hz=None), flown)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"frequency": "433e6"}, r"no column frequency, .* did you mean frequency_hz"),
        ({"frequency_hz": "433 MHz"}, "a number of hertz is needed"),
    ],
)
def test_a_frequency_that_cannot_be_read(
    where: dict[str, str], told: str, flown: Flown, track: Path, tmp_path: Path
) -> None:
    path = scan(tmp_path / "scan.csv", flown)
    with pytest.raises(FlightError, match=f"(?i){told}"):
        read_log(path, FRAME, changed(where=where), track)


def test_damaged_scans(flown: Flown, track: Path, tmp_path: Path) -> None:
    path = scan(tmp_path / "scan.csv", flown)
    with pytest.raises(FlightError, match=r"scan\.csv: a scan .* holds power alone; .*--positions"):
        read_log(path, FRAME, SETTINGS)
    text = path.read_text()
    lines = text.splitlines()
    path.write_text(text.rstrip("\n"))
    assert "scan.csv ends inside a line" in "; ".join(read_log(path, FRAME, SETTINGS, track).notes)
    path.write_text("\n".join([*lines[:4], "sync lost", *lines[5:], ""]))
    notes = read_log(path, FRAME, SETTINGS, track, carrier_hz=433.92e6).notes
    assert "1 unreadable lines of scan.csv left out, the first is line 5" in notes
    path.write_text("\n".join([lines[0], *["sync lost"] * 30, ""]))
    with pytest.raises(FlightError, match=r"scan\.csv: 30 of 31 lines .*line 2 is 'sync lost'"):
        read_log(path, FRAME, SETTINGS, track)
    path.write_text(lines[0])
    with pytest.raises(FlightError, match=r"scan\.csv: 0 of 0 lines .*it holds no whole lines"):
        read_log(path, FRAME, SETTINGS, track)


# WiGLE


def wigle(path: Path, flown: Flown, head: str = "WigleWifi-1.6,appRelease=2.78,star=Sol") -> Path:
    """Two access points, of which the second is 20 dB weaker."""
    lines = [
        head,
        "MAC,SSID,AuthMode,FirstSeen,Channel,Frequency,RSSI,CurrentLatitude,CurrentLongitude,"
        "AltitudeMeters,AccuracyMeters,RCOIs,MfgrId,Type",
    ]
    for time_s, rss_db, lat, lon in zip(
        flown.time_s, flown.rss_db, flown.latitude_deg, flown.longitude_deg, strict=False
    ):
        for mac, lower_db in ((WANTED, 0), (OTHER, 20)):
            lines.append(
                f'{mac},"net, {mac[-1]}",[WPA2-PSK][ESS],{stamp(time_s)[:19]},6,2437,'
                f"{rss_db - lower_db:.0f},{lat:.8f},{lon:.8f},{GROUND_M + 40.0},3.9,,,WIFI"
            )
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("version", ["1.4", "1.6"])
def test_wigle(version: str, flown: Flown, tmp_path: Path) -> None:
    path = wigle(tmp_path / "walk.txt", flown, f"WigleWifi-{version},appRelease=2.78,brand=a b")
    if version == "1.4":
        path.write_text(path.read_text().replace(",Frequency", "").replace(",2437", ""))
    with pytest.raises(FlightError, match=f"2 values of MAC .*--where MAC={WANTED}"):
        read_log(path, FRAME, SETTINGS)
    where = changed(where={"MAC": WANTED}, height_offset_m=-GROUND_M)
    found = read_log(path, FRAME, where)
    check(found, flown)
    assert "altitudes of walk.txt are above sea level; flights.height_offset_m" in (
        "; ".join(found.notes)
    )


def test_wigle_without_rows_or_names(flown: Flown, tmp_path: Path) -> None:
    path = wigle(tmp_path / "walk.csv", flown)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], ""]))
    with pytest.raises(FlightError, match=r"walk\.csv"):
        read_log(path, FRAME, SETTINGS)
    for text in (lines[0], f"{lines[0]}\n", "\n".join([lines[0], *lines[2:], ""])):
        path.write_text(text)
        with pytest.raises(FlightError, match=r"walk\.csv: no line with the names of the columns"):
            read_log(path, FRAME, SETTINGS)
    lines[5] = f"{lines[5]},1,2"
    path.write_text("\n".join([*lines, ""]))
    notes = read_log(path, FRAME, changed(where={"MAC": WANTED})).notes
    assert "1 damaged rows left out, the first is line 6" in notes


# Kismet

Row = tuple[object, ...]
COLUMNS = (
    "ts_sec INT, ts_usec INT, phyname TEXT, sourcemac TEXT, destmac TEXT, transmac TEXT, "
    "frequency REAL, devkey TEXT, lat REAL, lon REAL, alt REAL, speed REAL, heading REAL, "
    "packet_len INT, signal INT, datasource TEXT, dlt INT, packet BLOB, error INT, tags TEXT, "
    "datarate REAL, hash INT, packetid INT, packet_full_len INT"
)


def packets(flown: Flown) -> list[Row]:
    """Packets of two access points and of one that has neither signal nor position."""
    rows: list[Row] = []
    for time_s, rss_db, lat, lon in zip(
        flown.time_s, flown.rss_db, flown.latitude_deg, flown.longitude_deg, strict=False
    ):
        whole_s = int(time_s)
        for mac, lower_db in ((WANTED, 0), (OTHER, 20)):
            rows.append(
                (whole_s, 0, "IEEE802.11", mac, "FF:FF:FF:FF:FF:FF", mac, 2437000.0, "key", lat,
                 lon, GROUND_M + 40.0, 3.0, 90.0, 200, int(rss_db - lower_db), "radio", 127,
                 b"\xff\x00", 0, "", 0.0, 1, 1, 200)
            )  # fmt: skip
        rows.append((whole_s, 0, "IEEE802.11", OTHER, "", OTHER, 0.0, "key", 0.0, 0.0, *(0,) * 14))
    return rows


def kismet(path: Path, rows: Sequence[Row], version: int = 10, columns: str = COLUMNS) -> Path:
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE KISMET (kismet_version TEXT, db_version INT, db_module TEXT)")
    database.execute("INSERT INTO KISMET VALUES ('2023.07.R1', ?, 'kismetlog')", (version,))
    database.execute(f"CREATE TABLE packets ({columns})")
    count = columns.count(",") + 1
    database.executemany(f"INSERT INTO packets VALUES ({','.join('?' * count)})", rows)
    database.commit()
    database.close()
    return path


def test_kismet(flown: Flown, tmp_path: Path) -> None:
    path = kismet(tmp_path / "log", packets(flown))
    with pytest.raises(FlightError, match=f"2 values of sourcemac .*--where sourcemac={WANTED}"):
        read_log(path, FRAME, SETTINGS)
    where = {"sourcemac": WANTED, "frequency": "2437000"}
    found = read_log(path, FRAME, changed(where=where, height_offset_m=-GROUND_M))
    check(found, flown)
    assert "300 of 900 packets without a signal or a position left out" in found.notes
    assert "altitudes of log are above sea level" in "; ".join(found.notes)
    assert [file.name for file in tmp_path.iterdir()] == ["log"]


def test_an_old_kismet_log_has_whole_numbers_and_no_altitude(flown: Flown, tmp_path: Path) -> None:
    columns = "ts_sec INT, ts_usec INT, sourcemac TEXT, lat INT, lon INT, signal INT"
    rows = [
        (row[0], row[1], row[3], round(1e5 * row[8]), round(1e5 * row[9]), row[14])
        for row in packets(flown)
        if row[3] == WANTED
    ]
    path = kismet(tmp_path / "old.kismet", rows, 4, columns)
    with pytest.raises(FlightError, match=r"old\.kismet: missing column\(s\) height_m"):
        read_log(path, FRAME, SETTINGS)
    found = read_log(path, FRAME, changed(columns={"height_m": "40"}))
    np.testing.assert_allclose(found.position_m[:, 0], 3.0 * np.arange(300), atol=1.0)


def test_what_is_no_kismet_log(flown: Flown, tmp_path: Path) -> None:
    rows = packets(flown)
    path = tmp_path / "a.kismet"
    told = r"a\.kismet: none of its 300 packets has both a signal and a position; .*GPS receiver"
    with pytest.raises(FlightError, match=told):
        read_log(kismet(path, rows[2::3]), FRAME, SETTINGS)
    with pytest.raises(FlightError, match=r"a\.kismet: none of its 0 packets"):
        read_log(kismet(path, []), FRAME, SETTINGS)
    with pytest.raises(FlightError, match=r"a\.kismet: .*no Kismet log: .* lacks lat, lon, signal"):
        read_log(kismet(path, [], 10, "ts_sec, ts_usec, sourcemac"), FRAME, SETTINGS)
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE other (a)")
    database.close()
    with pytest.raises(FlightError, match=r"a\.kismet: .*no Kismet log: it has no table packets"):
        read_log(path, FRAME, SETTINGS)
    kismet(path, rows)
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(FlightError, match=r"a\.gz: it is a compressed database; unpack it first"):
        read_log(packed, FRAME, SETTINGS)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(FlightError, match=r"a\.kismet: cannot be read as a Kismet log"):
        read_log(path, FRAME, SETTINGS)


def test_cells_of_another_type_are_missing(flown: Flown, tmp_path: Path) -> None:
    rows = packets(flown)[::3]
    rows[100] = (*rows[100][:8], "north", b"\xff", *rows[100][10:])
    rows[200] = (*rows[200][:14], "loud", *rows[200][15:])
    path = kismet(tmp_path / "a.kismet", rows)
    assert len(read_log(path, FRAME, SETTINGS)) == 298


WRITERS: dict[str, Callable[[Path, Flown], Path]] = {
    "a.kismet": lambda path, flown: kismet(path, packets(flown)[::3]),
    "a.csv": wigle,
    "scan.csv": scan,
}


@pytest.mark.parametrize("name", WRITERS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(share=st.floats(0.0, 1.0), flips=st.lists(st.floats(0.0, 1.0, exclude_max=True), max_size=5))
def test_damaged_logs_are_one_error_or_a_flight(
    name: str, share: float, flips: list[float], flown: Flown, track: Path, tmp_path: Path
) -> None:
    path = tmp_path / name
    whole = tmp_path / f"{name}.whole"
    if not whole.exists():
        whole.write_bytes(WRITERS[name](path, flown).read_bytes())
    content = bytearray(whole.read_bytes())
    for place in flips:
        content[int(place * len(content))] ^= 0x5A
    path.write_bytes(content[: int(share * len(content))])
    where = changed(where={"MAC": WANTED} if name == "a.csv" else {})
    try:
        found = read_log(path, FRAME, where, track if name == "scan.csv" else None)
    except FlightError as error:
        assert name in str(error)
        return
    assert np.isfinite(found.position_m).all() and found.time_s[0] == 0.0
