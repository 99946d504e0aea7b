"""What is distributed: the content of sdist and wheel, and a light environment of the wheel.

That environment has links to the base packages of this one, and to nothing else such as torch, so
that no network is needed. `RFSL_PYTHONS` names interpreters of other environments with the base
packages, separated as on the PATH; the wheel is tested by them as well.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.paths import ROOT
from support.user_files import FRAME, OVERLAY, SOURCE_XY_M, TRIALS_HEAD, flight_log, polygon_kml

import rfsl
from rfsl.fixes.output import OUTPUTS

pytestmark = pytest.mark.slow

PYTHONS = [sys.executable, *filter(None, os.environ.get("RFSL_PYTHONS", "").split(os.pathsep))]
#: Packages that extras bring: a light environment has none of them.
HEAVY = ("torch", "sklearn", "pandas", "pandera", "plotly", "pooch", "requests", "snakemake")
#: What a checkout has that is no part of the package.
OTHERS = ("tests/conftest.py", "results/fix.json", "config/config.yaml", "docs/index.md")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist of a copy of the checkout, and the wheel of that sdist."""
    folder = tmp_path_factory.mktemp("built")
    tree = folder / "tree"
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", tree / "src", ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "Makefile"):
        shutil.copy(ROOT / name, tree)
    for name in OTHERS:
        (tree / name).parent.mkdir()
        (tree / name).write_text("")
    build = "from setuptools import build_meta; build_meta.build_sdist({!r})"
    run(sys.executable, "-c", build.format(str(folder)), cwd=tree)
    (sdist,) = folder.glob("*.tar.gz")
    pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, sdist)
    return folder


@pytest.fixture(scope="module", params=PYTHONS)
def light(
    built: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The `bin` of an environment with the wheel and the packages that it asks for."""
    folder = tmp_path_factory.mktemp("light")
    run(request.param, "-m", "venv", "--without-pip", folder / "venv")
    python = folder / "venv/bin/python"
    where = "import sysconfig; print(sysconfig.get_path('platlib'), sysconfig.get_python_version())"
    (wheel,) = built.glob("*.whl")
    pip("--python", python, "install", "--no-deps", wheel)
    (own, _), (theirs, version) = (run(p, "-c", where).split() for p in (python, request.param))
    links = folder / "links"
    links.mkdir()
    for package in needed(theirs, wheel, version):
        for name in top_names(package):
            (links / name).symlink_to(Path(theirs) / name)
    Path(own, "links.pth").write_text(f"{links}\n")
    return python.parent


def run(*command: object, cwd: Path | None = None, status: int = 0) -> str:
    """What a command says, in an environment without the paths and settings of this one."""
    own = ("PYTHON", "RFSL", "PYTEST", "VIRTUAL_ENV")
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if not name.startswith(own)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def pip(*arguments: object) -> None:
    run(sys.executable, "-m", "pip", "--quiet", *arguments, "--no-index", "--no-cache-dir")


def needed(site: str, wheel: Path, version: str) -> Iterator[importlib.metadata.Distribution]:
    """Packages in a folder that a wheel asks for, and those that they ask for, without extras."""
    there = {
        canonicalize_name(package.metadata["Name"]): package
        for package in importlib.metadata.distributions(path=[site])
    }
    metadata = zipfile.Path(wheel, f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/METADATA")
    pending = re.findall(r"^Requires-Dist: (.*)$", metadata.read_text(), re.MULTILINE)
    done = set()
    while pending:
        requirement = Requirement(pending.pop())
        name = canonicalize_name(requirement.name)
        marker, place = requirement.marker, {"python_version": version, "extra": ""}
        if name not in done and (marker is None or marker.evaluate(place)):
            done.add(name)
            pending += there[name].requires or []
            yield there[name]


def top_names(package: importlib.metadata.Distribution) -> set[str]:
    """Folders and files of a package in its site-packages."""
    names = {path.parts[0] for path in package.files or ()}
    return names - {"..", "__pycache__"}


def log_of(folder: Path) -> Path:
    """A log in Parquet as pandas writes it, with times of its own kind and columns to be named."""
    table = pd.read_csv(flight_log(folder / "my.csv"))
    table["time_s"] = pd.to_datetime(1.7e9 + table["time_s"], unit="s", utc=True)
    table = table.rename(columns={"rss_db": "rssi"})
    table.to_parquet(folder / "my.parquet")
    polygon_kml(folder / "area.kml", [(0.0, 60.0), (230.0, 60.0), (230.0, 300.0)])
    (folder / "mine.yaml").write_text(OVERLAY)
    return folder / "my.parquet"


# Content


def test_what_is_distributed(built: Path) -> None:
    (sdist,), (wheel,) = built.glob("*.tar.gz"), built.glob("*.whl")
    with tarfile.open(sdist) as archive:
        packed = {
            name.partition("/")[2]
            for name in archive.getnames()
            if archive.getmember(name).isfile()
        }
    packed = {name for name in packed if ".egg-info/" not in name}
    package = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src/rfsl").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    for suffix in (".mplstyle", ".html", ".json", ".tsv", ".pyi", "/py.typed"):
        assert any(name.endswith(suffix) for name in package), suffix
    top = {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml", "setup.cfg"}
    assert packed == {f"src/{name}" for name in package} | top
    installed = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name == f"uav_rfsl-{rfsl.__version__}-py3-none-any.whl"
    own = f"uav_rfsl-{rfsl.__version__}.dist-info/"
    assert {name for name in installed if not name.startswith(own)} == package
    assert f"{own}licenses/LICENSE" in installed
    metadata = zipfile.Path(wheel, f"{own}METADATA").read_text()
    assert "\nAuthor: The uav-rfsl authors\n" in metadata and "\nKeywords: " in metadata


# Use


def test_what_a_light_environment_has(light: Path, tmp_path: Path) -> None:
    code = f"from importlib.util import find_spec; print(*filter(find_spec, {HEAVY}))"
    assert run(light / "python", "-c", code, cwd=tmp_path).split() == []
    assert run(light / "rfsl", "--version", cwd=tmp_path) == f"uav-rfsl {rfsl.__version__}\n"
    code = "import rfsl, numpy; print(rfsl.__file__)"
    assert Path(run(light / "python", "-c", code, cwd=tmp_path)).is_relative_to(light.parent)


def test_a_fix_in_a_light_environment(light: Path, tmp_path: Path) -> None:
    """The same as in this one, by the command and by the call."""
    log = log_of(tmp_path)
    options = ("--config", "mine.yaml", "--columns", "rss_db=rssi", "--area", "area.kml")
    told = run(light / "rfsl", "localize", log.name, *options, "--output", "out", cwd=tmp_path)
    assert "Source near 35.7" in told
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(OUTPUTS)
    code = """
import json, rfsl
fix = rfsl.localize("my.csv", config="mine.yaml", calibration="aerpaw")
print(json.dumps([fix.record.model_dump(mode="json"), len(fix._repr_html_())]))
"""
    called, shown = json.loads(run(light / "python", "-c", code, cwd=tmp_path))
    here = {"log": tmp_path / "my.csv", "config": tmp_path / "mine.yaml"}
    mine = rfsl.localize(**here, calibration="aerpaw").record.model_dump(mode="json")
    assert shown > 1000
    made = json.loads((tmp_path / "out/fix.json").read_text())
    area = {"area": tmp_path / "area.kml", "columns": {"rss_db": "rssi"}}
    other = rfsl.localize(**here | {"log": log}, **area).record.model_dump(mode="json")
    assert (called, made) == (mine, other)


def test_a_calibration_in_a_light_environment(light: Path, tmp_path: Path) -> None:
    """It needs no extra but for public files; a message says so where one is missing."""
    latitude_deg, longitude_deg = FRAME.to_geodetic(*SOURCE_XY_M)
    flight_log(tmp_path / "my.csv")
    for path in ("my.csv", "results_useful_ori_exp_309_loc_2.mat"):
        row = f"one\tlawn\there\tlog\t{path}\t{latitude_deg:.7f}\t{longitude_deg:.7f}\t5\ttestbed\n"
        (tmp_path / f"{path}.tsv").write_text(TRIALS_HEAD + row)
    told = run(light / "rfsl", "calibrate", "my.csv.tsv", cwd=tmp_path)
    assert "Calibrated on 1 flights: one" in told
    command = (light / "rfsl", "calibrate", f"{path}.tsv", "--force")
    told = run(*command, cwd=tmp_path, status=2)
    assert f"{path} is not at" in told and "its extra workflow" in told
    assert "Traceback" not in told
