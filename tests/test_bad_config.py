"""A wrong config, trials table, area or chamber file is one error that says what is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_antennas import chamber_rows, write
from test_config import GOOD_ROW, OTHER_ROW, TRIALS_HEAD, plan_of
from test_localize import KML_HEAD, flight_log, polygon_kml

from rfsl import cli
from rfsl.config.config import Config
from rfsl.config.load import load_config, merge_overlays
from rfsl.errors import ConfigError, DataError, RfslError
from rfsl.localize.kml import read_polygon
from rfsl.propagation.antennas import read_chamber_file
from rfsl.propagation.calibration_file import read_calibration
from rfsl.workflow.plan.plan import Plan

ROOT = Path(__file__).parents[1]
STABLE = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DEFAULT: dict[str, Any] = Config().model_dump(mode="json")

#: Values that a key may be given by mistake.
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -1, 0, 2**63, float("nan"), float("inf"), 1e308, -1e308, 5e-324]),
    st.text(max_size=12),
    st.sampled_from(["", "../../x", "/etc/passwd", "\0", "a/b", "$(touch x)", "{wildcard}", "1e3"]),
    st.lists(st.integers(), max_size=3),
    st.lists(st.text(max_size=4), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
    st.dictionaries(st.integers(), st.none(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key and list item below a value, as a path."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, (dict, list)):
            yield from places(item, (*path, key))


PLACES = list(places(DEFAULT))


def one_error(make: Any) -> str | None:
    """The message, if what is made is refused; any other kind of exception is a fault."""
    try:
        make()
    except RfslError as error:
        assert str(error) and len(str(error)) < 20_000
        return str(error)
    return None


@STABLE
@given(content=st.binary(max_size=200))
def test_random_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    for make in (lambda: load_config(path), lambda: merge_overlays([path])):
        told = one_error(make)
        assert told is None or "mine.yaml" in told


@STABLE
@given(
    share=st.floats(0, 1), change=st.sampled_from(["cut", "drop", "flip"]), to=st.integers(0, 255)
)
def test_a_damaged_default(tmp_path: Path, share: float, change: str, to: int) -> None:
    content = bytearray((ROOT / "config/config.yaml").read_bytes())
    at = int(share * (len(content) - 1))
    if change == "cut":
        del content[at:]
    elif change == "drop":
        del content[at]
    else:
        content[at] = to
    path = tmp_path / "mine.yaml"
    path.write_bytes(bytes(content))
    told = one_error(lambda: load_config(path))
    assert told is None or "mine.yaml" in told


@STABLE
@given(place=st.sampled_from(PLACES), value=VALUES)
def test_any_value_at_any_key(place: tuple[Any, ...], value: Any) -> None:
    raw = copy.deepcopy(DEFAULT)
    block: Any = raw
    for part in place[:-1]:
        block = block[part]
    block[place[-1]] = value
    told = one_error(lambda: Plan.of_one_flight(raw))
    one_error(lambda: Plan.of(raw))
    if told is not None:
        assert any(str(part) in told for part in place), told


@STABLE
@given(place=st.sampled_from(PLACES), key=VALUES, value=VALUES)
def test_any_key_anywhere(place: tuple[Any, ...], key: Any, value: Any) -> None:
    raw = copy.deepcopy(DEFAULT)
    block: Any = raw
    for part in place:
        block = block[part]
    if not isinstance(block, dict):
        return
    block[str(key) if isinstance(key, (list, dict)) else key] = value
    one_error(lambda: Plan.of(raw))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed: 2001-13-45", "cannot be read as YAML"),
        ("seed: !!timestamp x", "cannot be read as YAML"),
        ("seed: !!int x", "cannot be read as YAML"),
        ("seed: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("seed: " + "[" * 3000, "cannot be read as YAML"),
        ("a: &a [*a]", "a: unknown key"),
        ("\tseed: 1", "cannot be read as YAML"),
        ("- 1", "found list, a mapping of keys is needed"),
        ("seed", "found str, a mapping of keys is needed"),
        ("1: 2", "1: found 1; keys should be strings"),
        ("null: 2", "None: "),
        ("flights: {maximum_height_m: 120,5}", "flights"),
        ("flights: {maximum_speed_m_s: 0}", "flights.maximum_speed_m_s: found 0"),
        ("seed: '7x'", "seed: found '7x'"),
    ],
)
def test_wrong_yaml(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_config(path)
    assert told in str(error.value) and "mine.yaml" in str(error.value)


def test_aliases_do_not_grow(tmp_path: Path) -> None:
    """A few hundred bytes whose values, written out, are 10^20 words."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 20)]
    path = tmp_path / "mine.yaml"
    path.write_text("\n".join([*lines, "seed: *a19"]))
    with pytest.raises(ConfigError, match="seed: found") as error:
        load_config(path)
    assert len(str(error.value)) < 50_000


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes("# Größe\r\nseed: 3\r\n".encode(encoding))
    if encoding == "utf-8-sig":
        assert load_config(path).seed == 3
        return
    with pytest.raises(ConfigError, match=r"mine\.yaml: cannot be read as YAML"):
        load_config(path)


def test_places_that_are_no_files(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / ("x" * 300), "a\0b"):
        for read in (load_config, read_polygon, read_chamber_file, read_calibration):
            with pytest.raises(RfslError):
                read(path)  # type: ignore[operator]
    for table in (str(tmp_path), "a\0b", "x" * 300):
        with pytest.raises(ConfigError, match=r"trials\.table: .* cannot be read"):
            Plan.of({"trials": {"table": table}})


TABLE = TRIALS_HEAD + GOOD_ROW + OTHER_ROW


@STABLE
@given(content=st.binary(max_size=200), whole=st.booleans(), share=st.floats(0, 1))
def test_damaged_trials_tables(tmp_path: Path, content: bytes, whole: bool, share: float) -> None:
    at = int(share * len(TABLE))
    bad = content if whole else TABLE.encode()[:at] + content[:3] + TABLE.encode()[at:]
    table = tmp_path / "trials.tsv"
    table.write_bytes(bad)
    told = one_error(
        lambda: Plan.of(
            {
                "trials": {"table": str(table), "evaluate": ["one"]},
                "calibration": {"trials": ["two"]},
            }
        )
    )
    assert told is None or "trials.tsv" in told or "calibration" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TRIALS_HEAD + GOOD_ROW.replace("\n", "\tmore\n"), "line 2"),
        (TRIALS_HEAD + "one\tspiral\n", "line 2, column location"),
        (TRIALS_HEAD + "\n\n" + GOOD_ROW.replace("35.7291", "x"), "line 4, column source_lat_deg"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "0.6236"), "m outside scenario.source_area"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "nan"), "line 2, column source_lat_deg"),
        (TRIALS_HEAD + GOOD_ROW.replace("\t5\t", "\t-5\t"), "line 2, column source_height_m"),
        (TRIALS_HEAD + GOOD_ROW.replace("35.7291", "35,7291"), "found '35,7291'"),
        (TRIALS_HEAD.replace("\t", ",") + GOOD_ROW.replace("\t", ","), "separated by tabs"),
        ("", "line 1: found columns (none)"),
    ],
)
def test_wrong_trials_tables(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(tmp_path, text)
    assert told in str(error.value) and "trials.tsv" in str(error.value)


def test_a_trials_table_of_another_system(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "\ufeff" + (TRIALS_HEAD + GOOD_ROW + OTHER_ROW).replace("\n", "\r\n"))
    assert list(plan.trials) == ["one", "two"]


CORNERS_M = [(0.0, 60.0), (230.0, 60.0), (230.0, 300.0)]


@STABLE
@given(content=st.binary(max_size=200), whole=st.booleans(), share=st.floats(0, 1))
def test_damaged_areas(tmp_path: Path, content: bytes, whole: bool, share: float) -> None:
    path = polygon_kml(tmp_path / "area.kml", CORNERS_M)
    good = path.read_bytes()
    at = int(share * len(good))
    path.write_bytes(content if whole else good[:at] + content[:2] + good[at + 1 :])
    told = one_error(lambda: read_polygon(path))
    assert told is None or "area.kml" in told


@STABLE
@given(points=st.lists(st.sampled_from(
    ["0,0", "1,1", "nan,0", "inf,0", "1e308,0", "35.7,-178", "x", "1", "1,2,3", "1;2", "-78,7,35,7"]
), max_size=6))  # fmt: skip
def test_odd_coordinates(tmp_path: Path, points: list[str]) -> None:
    path = tmp_path / "area.kml"
    path.write_text(
        f"{KML_HEAD}<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{' '.join([*points, *points[:1]])}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark></Document></kml>"
    )
    told = one_error(lambda: read_polygon(path))
    assert told is None or "area.kml" in told


def test_areas_that_are_too_large_or_swapped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = flight_log(tmp_path / "my.csv")
    large = polygon_kml(
        tmp_path / "large.kml", [(0, 0), (60_000, 0), (60_000, 60_000), (0, 60_000)]
    )
    swapped = tmp_path / "swapped.kml"
    near = polygon_kml(tmp_path / "near.kml", CORNERS_M).read_text()
    head, inside = near.split("<coordinates>")
    points, tail = inside.split("</coordinates>")
    turned = [",".join(reversed(point.split(",")[:2])) for point in points.split()]
    swapped.write_text(f"{head}<coordinates>{' '.join(turned)}</coordinates>{tail}")
    for area, told in (
        (large, "places that are 12 m apart; 250,000 at the most"),
        (swapped, "km away from the area"),
    ):
        arguments = ["localize", str(log), "--area", str(area), "--output", str(tmp_path / "out")]
        assert cli.main(arguments) == cli.MISTAKE
        assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@STABLE
@given(content=st.binary(max_size=200), share=st.floats(0, 1), whole=st.booleans())
def test_damaged_chamber_files(tmp_path: Path, content: bytes, share: float, whole: bool) -> None:
    path = write(tmp_path / "a.txt", CHAMBER)
    good = path.read_bytes()
    at = int(share * len(good))
    path.write_bytes(content if whole else good[:at] + content)
    told = one_error(lambda: read_chamber_file(path))
    assert told is None or "a.txt" in told


CHAMBER = chamber_rows(lambda elevation, azimuth: 1.0)


@pytest.mark.parametrize("scale", [180 / 3.141592653589793, 0.5])
def test_chamber_files_in_other_units(tmp_path: Path, scale: float) -> None:
    rows = [row.split("\t") for row in CHAMBER]
    other = [[f"{scale * float(a)}", f"{scale * float(b)}", *rest] for a, b, *rest in rows]
    path = write(tmp_path / "a.txt", ["\t".join(row) for row in other])
    with pytest.raises(DataError, match="in radians, is needed"):
        read_chamber_file(path)


def test_chamber_files_with_odd_numbers(tmp_path: Path) -> None:
    for value in ("nan", "inf", "1e308", "-inf"):
        rows = [row.split("\t") for row in CHAMBER]
        rows[100][0 if value == "-inf" else 2] = value
        path = write(tmp_path / "a.txt", ["\t".join(row) for row in rows])
        with pytest.raises(DataError, match=r"a\.txt"):
            read_chamber_file(path)


@STABLE
@given(content=st.one_of(st.binary(max_size=100), VALUES.map(lambda v: json.dumps(v).encode())))
def test_damaged_calibrations(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"all\.json: not a calibration"):
        read_calibration(path)


def test_yaml_of_the_default_is_safe() -> None:
    """The shipped configs need no more than the safe loader."""
    for name in ("config.yaml", "afar.yaml", "paper.yaml"):
        assert isinstance(yaml.safe_load((ROOT / "config" / name).read_text()), dict)
