"""Every command of the documentation does what its page says, and every recipe works."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from snakemake.cli import parse_args
from support.checkouts import snakemake, told
from support.page_commands import (
    CHANGES,
    DRY,
    FIG6A,
    PARSED,
    RECIPES,
    RUN,
    TUTORIAL,
    commands_by,
    way_of,
)
from support.pages import (
    blocks,
    commands,
    execute,
    read,
    shell_lines,
    spans,
    workplace,
    write,
)
from support.paths import ROOT

from rfsl import cli

pytestmark = pytest.mark.workflow

#: What the commands of a recipe have to say or make, as a pattern.
RECIPE_RESULTS = {
    "docs/how-to/add-antenna.md": ["RM-WB1-DN-BLK Upside Down", "Right Side Up-F3300.txt"],
    "docs/how-to/add-figure.md": ["results/figures/distance_synthetic_1.png"],
    "docs/how-to/add-flight-format.md": ["Source near 35.7", "yaw_deg not logged"],
    "docs/how-to/add-localizer.md": ["Source near 35.7", "mode=strong_cells"],
    "docs/how-to/add-mode.md": [
        *("mode=kriging_two_ray", "network=locunet_gaussian", "clustered_two_ray_clusters_40"),
    ],
    "docs/how-to/add-policy.md": ["policy=edges"],
    "docs/how-to/add-propagation-model.md": [
        *("1 passed", "mode=clustered_log_distance", "propagation=log_distance"),
    ],
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A checkout in which the tutorial was followed, and what each of its commands said."""
    folder = workplace(tmp_path_factory.mktemp("tutorial"))
    return folder, follow(folder, TUTORIAL)


def follow(folder: Path, page: str) -> dict[str, str]:
    """Write the files of a page and run its commands, in order."""
    told: dict[str, str] = {}
    for block in blocks(page):
        if block.file is not None:
            write(folder, block)
        elif block.language == "sh":
            for line in shell_lines(block):
                if way_of(line) == RUN:
                    told[line] = execute(folder, line)
    return told


def arguments(command: str) -> list[str]:
    """Those of a command, with a log that is there for a user's."""
    return shlex.split(command.replace("PATH", "flight_1.csv").replace("NAME", "mine"))[1:]


def test_what_is_only_parsed(
    worked: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(worked[0])
    for command in commands_by(PARSED):
        program = command.split()[0]
        if program == "snakemake":
            _, options = parse_args(arguments(command))
            assert set(options.targets) <= {FIG6A, "results/figures/fields.pdf"}
        elif program == "rfsl":
            from rfsl.cli import _parser

            words = arguments(command)
            if len(words) == 1:
                with pytest.raises(SystemExit) as ended:
                    _parser().parse_args([*words, "--help"])
                assert ended.value.code == 0
            else:
                assert _parser().parse_args(words).command == words[0]
        elif program == "python":
            compile((ROOT / command.split()[1]).read_text(), command, "exec")
        elif program == "pip":
            execute(worked[0], f"python -m {shlex.join(shlex.split(command)[:2])} --help")
        elif program in {"source", "export"}:
            execute(worked[0], f"bash -n -c {shlex.quote(command)}")
        else:
            execute(worked[0], f"python -m pre_commit {command.split()[1]} --help")


def test_what_is_run_dry(
    worked: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All targets that are asked for with the same files of the config in one dry run."""
    folder = worked[0]
    monkeypatch.chdir(folder)
    targets: dict[tuple[str, ...], set[str]] = defaultdict(set)
    values: dict[tuple[str, ...], set[str]] = defaultdict(set)
    again: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for command in commands_by(DRY):
        _, options = parse_args(arguments(command))
        files = tuple(str(path) for path in options.configfile or [])
        assert all(name.endswith(".yaml") for name in files), command
        assert not any(name.endswith(".yaml") for name in options.targets), command
        targets[files] |= set(options.targets or ["all"])
        values[files] |= set(options.config or [])
        again[files] |= set(options.forcerun or [])
    assert targets
    for files, wanted in targets.items():
        command = ["-n", *wanted]
        command += ["--configfile", *files] if files else []
        command += ["--config", *values[files]] if values[files] else []
        command += ["--forcerun", *again[files]] if again[files] else []
        run = snakemake(folder, *command)
        assert run.returncode == 0, told(run)
        assert "Nothing to be done" not in told(run)


def test_the_tutorial(worked: tuple[Path, dict[str, str]]) -> None:
    folder, told = worked
    assert [command for command in commands(TUTORIAL) if way_of(command) == RUN] == list(told)
    # What the page says that the command says, but for digits that depend on the processor.
    shown, real = [block.text for block in blocks(TUTORIAL) if block.language == "text"]
    said = told["rfsl localize flight_1.csv"]
    assert re.sub(r"[\d.]+", "#", said) == re.sub(r"[\d.]+", "#", shown)
    assert said.splitlines()[1:] == shown.splitlines()[1:]
    assert "309" not in shown and "Written to real" in real
    record = json.loads((folder / "results/localize/flight_1/fix.json").read_text())
    assert record["expected_error_m"] == pytest.approx(53.0, abs=1.0)
    table = pd.read_csv(folder / "results/tables/fig6b.tsv", sep="\t")
    for row in re.findall(r"^\| `(mine_\d)` \| (.*) \|$", read(TUTORIAL), re.MULTILINE):
        errors_m = table.loc[table["scope"] == row[0], "mean_error_m"]
        assert errors_m.tolist() == pytest.approx(
            [float(cell) for cell in row[1].split(" | ")], abs=0.5
        )
    changed = told[next(command for command in told if "cell_m" in command)]
    assert re.search(r"^locate +3$", changed, re.MULTILINE)
    assert "read_flight" not in changed
    assert (folder / "flight_to_map.png").read_bytes().startswith(b"\x89PNG")


def test_the_tutorial_on_a_real_flight(
    afar_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (command,) = (line for line in commands(TUTORIAL) if line.endswith("--output real"))
    monkeypatch.chdir(tmp_path)
    log = afar_folder / "flights" / Path(shlex.split(command)[2]).name
    assert cli.main(["localize", str(log), *shlex.split(command)[3:]]) == 0
    (shown,) = (block.text for block in blocks(TUTORIAL) if "Written to real" in block.text)
    said = capsys.readouterr().out
    # But for digits that depend on the processor.
    assert re.sub(r"\d", "#", said) == re.sub(r"\d", "#", shown)
    assert said.splitlines()[1:] == shown.splitlines()[1:]
    assert cli.main(["localize", str(log), "--calibration", "aerpaw", "--output", "other"]) == 0
    (first,) = (span for span in spans(TUTORIAL) if span.startswith("Source near"))
    assert capsys.readouterr().out.startswith(first[:20])


def test_the_notebook_of_the_tutorial(
    worked: tuple[Path, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its cells run one after the other, in the folder that Jupyter runs them in."""
    monkeypatch.chdir(worked[0] / "docs")
    monkeypatch.setenv("MPLBACKEND", "agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in nbformat.read("tutorial.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "tutorial.ipynb", "exec"), names)
    said = capsys.readouterr().out
    assert "90% region" in said and "holds the source: True" in said
    assert len(re.findall(r"after +\d+ min", said)) == 3
    assert (worked[0] / "samples.csv").is_file()


def test_the_page_on_changes(worked: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    shutil.copytree(worked[0], folder, ignore=shutil.ignore_patterns("smoother.yaml"))
    (said,) = follow(folder, CHANGES).values()
    assert "smoothing_sigma_samples" not in said
    assert "rule features" in said


@pytest.mark.parametrize("page", RECIPES)
def test_recipes(page: str, worked: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    shutil.copytree(worked[0], folder)
    told = follow(folder, page)
    assert [command for command in commands(page) if way_of(command) == RUN] == list(told)
    said = "\n".join(told.values())
    for text in RECIPE_RESULTS[page]:
        assert text in said or (folder / text).is_file(), text
    named = [block.file[1] for block in blocks(page) if block.file is not None]
    code = [name for name in named if name.startswith(("src/", "workflow/scripts/"))]
    for check in ("check", "format --check --line-length 100"):
        execute(folder, f"python -m ruff {check} {' '.join(code)}" if code else "true")
