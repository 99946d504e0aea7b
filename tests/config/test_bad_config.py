"""A wrong config is one error that says what is wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.bad_values import STABLE, VALUES, one_error
from support.paths import ROOT

from rfsl.config.config import Config
from rfsl.config.load import load_config, merge_overlays
from rfsl.errors import ConfigError, RfslError
from rfsl.fixes.area_files import read_area
from rfsl.propagation.antennas import read_chamber_file
from rfsl.propagation.calibration_file import read_calibration
from rfsl.workflow.plan.plan import Plan

DEFAULT: dict[str, Any] = Config().model_dump(mode="json")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every key and list item below a value, as a path."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, (dict, list)):
            yield from places(item, (*path, key))


PLACES = list(places(DEFAULT))


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
        for read in (load_config, read_area, read_chamber_file, read_calibration):
            with pytest.raises(RfslError):
                read(path)  # type: ignore[operator]
    for table in (str(tmp_path), "a\0b", "x" * 300):
        with pytest.raises(ConfigError, match=r"trials\.table: .* cannot be read"):
            Plan.of({"trials": {"table": table}})


def test_yaml_of_the_default_is_safe() -> None:
    """The shipped configs need no more than the safe loader."""
    for name in ("config.yaml", "afar.yaml", "paper.yaml"):
        assert isinstance(yaml.safe_load((ROOT / "config" / name).read_text()), dict)
