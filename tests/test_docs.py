"""The documentation: the site builds, links lead somewhere, and every command does what it says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from checkouts import ROOT, TARGETS, environment, snakemake, told
from page_commands import COMMANDS, DRY, FIG6A, MADE, PARSED, RUN, SMALL
from pages import (
    OTHER_LANGUAGES,
    PAGES,
    blocks,
    commands,
    execute,
    prose,
    read,
    shell_lines,
    spans,
    workplace,
    write,
)
from reference_pages import file_tables, rule_tables
from snakemake.cli import get_argument_parser, parse_args

TUTORIAL = "docs/tutorial.md"
RECIPES = sorted(page for page in PAGES if "/add-" in page)

#: What the commands of a recipe have to say or make, as a pattern.
RECIPE_RESULTS = {
    "docs/how-to/add-antenna.md": ["RM-WB1-DN-BLK Upside Down", "Right Side Up-F3300.txt"],
    "docs/how-to/add-figure.md": ["results/figures/distance_synthetic_1.png"],
    "docs/how-to/add-flight-format.md": ["Source near 35.7", "attitude not logged"],
    "docs/how-to/add-localizer.md": ["Source near 35.7", "mode=strong_cells"],
    "docs/how-to/add-mode.md": [
        *("mode=kriging_two_ray", "network=locunet_gaussian", "clustered_two_ray_clusters_40"),
    ],
    "docs/how-to/add-propagation-model.md": [
        *("1 passed", "mode=clustered_log_distance", "propagation=log_distance"),
    ],
}


class Page(HTMLParser):
    """Targets, anchors and text outside code of a built page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.text: list[str] = []
        self._code = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self._code += tag in {"code", "pre", "script"}
        self.anchors |= {values[key] for key in ("id", "name") if key in values}
        if tag == "a":
            self.links.append(values.get("href", ""))
        elif tag in {"link", "script", "img"}:
            address = values.get("href", values.get("src", ""))
            self.fetched += [address] if values.get("rel") != "canonical" and address else []

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in {"code", "pre", "script"}

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.text.append(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "mkdocs", "build", "--strict", "-d", str(folder)],
        cwd=ROOT,
        env=environment() | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


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
                if COMMANDS[line][0] == RUN:
                    told[line] = execute(folder, line)
    return told


# The site


def test_the_site_builds(site: Path) -> None:
    built = {path.relative_to(site).with_suffix(".md") for path in site.rglob("*.html")}
    pages = {path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")}
    assert pages <= built
    assert (site / "images/flight_to_map.png").is_file()


def test_the_site_needs_no_network(site: Path) -> None:
    for path in site.rglob("*.html"):
        for address in Page(path).fetched:
            assert "//" not in address, f"{path}: {address}"
    for path in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import )[\"']?(?:https?:)?//", path.read_text()), path


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    pages = {path.resolve(): Page(path) for path in site.rglob("*.html")}
    for path, page in pages.items():
        if path.name == "404.html":
            continue  # is shown for any address, so its links begin at the root
        for link in page.links:
            if link.startswith(("http://", "https://")) or not link:
                continue
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file not in {"", "."} else path
            assert target.is_file(), f"{path}: {link}"
            if anchor and target in pages:
                assert anchor in pages[target].anchors, f"{path}: {link}"


def test_nothing_is_left_as_markdown(site: Path) -> None:
    """Lists, tables and blocks that the generator did not take for such."""
    for path in site.rglob("*.html"):
        for line in "".join(Page(path).text).splitlines():
            assert not re.match(r"\s*(?:[-*|] |```|#{2,} |<!-- )|.*(?:\*\*|\]\()", line), (
                path,
                line,
            )


@pytest.mark.parametrize("page", [*PAGES, "config/README.md"])
def test_links_of_a_page_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", prose(page)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        path = (ROOT / page).parent / file if file else ROOT / page
        assert path.is_file(), target
        if anchor and path.name != "configuration.md":  # is generated
            titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            words = (re.sub(r"[^\w\s-]", "", title.lower()).strip() for title in titles)
            assert anchor in {re.sub(r"[\s-]+", "-", title) for title in words}, target


def test_pages_that_are_named_exist() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.py", "*.md", "*.yaml", "*.toml", "*.smk", "Snakefile", "Makefile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in tracked.stdout.split():
        for page in re.findall(r"\bdocs/[\w/-]+\.md\b", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / page).is_file(), f"{name} names {page}"


def test_pages_are_short() -> None:
    long = [page for page in PAGES if len(read(page).splitlines()) > 250]
    assert long == []
    assert len(read("README.md").splitlines()) <= 150


def test_the_picture_is_small() -> None:
    for path in (ROOT / "docs/images").glob("*.png"):
        assert path.stat().st_size < 100_000


# The reference


def test_every_column_is_described() -> None:
    tables = file_tables()
    models = (ROOT / "src/rfsl/schemas.py").read_text().count("(pa.DataFrameModel)")
    assert len(re.findall(r"^## `results/", tables, re.MULTILINE)) == models
    assert "None" not in tables


def test_every_rule_is_listed() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", rule_tables(ROOT / "workflow"), re.MULTILINE)
    run = snakemake(ROOT, "--list-rules")
    assert run.returncode == 0, told(run)
    known = [line for line in run.stdout.splitlines() if re.fullmatch(r"\w+", line)]
    assert sorted(listed) == sorted(set(known) - {"all", "everything", "pages"})


def test_every_dependency_is_explained() -> None:
    explained = read("docs/explanation/dependencies.md").lower()
    asked = (ROOT / "pyproject.toml").read_text().partition("[project.scripts]")[0]
    for name in re.findall(r'^  "([a-z0-9-]+)', asked, re.MULTILINE):
        words = {name, name.removesuffix("-stubs"), name.removeprefix("types-")}
        assert any(word in explained for word in words), name


# Commands


def test_every_command_is_classified() -> None:
    found = {command for page in PAGES for command in commands(page)}
    assert sorted(found - set(COMMANDS)) == [], "say in COMMANDS how these are tested"
    assert sorted(set(COMMANDS) - found) == [], "no page has these any more"
    assert all(why or how in {RUN, SMALL} for how, why in COMMANDS.values())


@pytest.mark.parametrize("page", PAGES)
def test_blocks_say_what_they_are(page: str) -> None:
    assert {block.language for block in blocks(page)} <= {"sh", *OTHER_LANGUAGES}
    programs = r"^(?: {2,}|\t)(?:\$ )?(?:snakemake|rfsl|make|python|sbatch) "
    assert not re.search(programs, prose(page), re.MULTILINE), "mark commands as a block `sh`"


def test_options_in_the_text_exist() -> None:
    parser = get_argument_parser()
    known = {option for action in parser._actions for option in action.option_strings}
    own = subprocess.run(
        [sys.executable, "-m", "rfsl.cli", "localize", "--help"],
        env=environment() | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    known |= set(re.findall(r"--[\w-]+", own.stdout)) | {"--gpus"}  # that of Slurm
    for page in PAGES:
        for span in spans(page):
            if span.startswith("--"):
                assert re.split(r"[ =]", span)[0] in known, f"{page}: {span}"


def arguments(command: str) -> list[str]:
    """Those of a command, with a log that is there for a user's."""
    return shlex.split(command.replace("PATH", "flight_1.csv").replace("NAME", "mine"))[1:]


@pytest.mark.workflow
def test_what_is_only_parsed(
    worked: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(worked[0])
    for command in (command for command, (how, _) in COMMANDS.items() if how == PARSED):
        program = command.split()[0]
        if program == "snakemake":
            _, options = parse_args(arguments(command))
            assert set(options.targets) <= {FIG6A}
        elif program == "rfsl":
            from rfsl.cli import _parser

            words = [*arguments(command), "log"][:2]  # a log where none is named
            assert _parser().parse_args(words).command == "localize"
        elif program == "python":
            compile((ROOT / command.split()[1]).read_text(), command, "exec")
        elif program in {"source", "export"}:
            execute(worked[0], f"bash -n -c {shlex.quote(command)}")
        else:
            execute(worked[0], f"python -m pre_commit {command.split()[1]} --help")


def test_what_make_would_do() -> None:
    for command in (command for command, (how, _) in COMMANDS.items() if how == MADE):
        run = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr


@pytest.mark.workflow
def test_what_is_run_dry(
    worked: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All targets that are asked for with the same files of the config in one dry run."""
    folder = worked[0]
    monkeypatch.chdir(folder)
    targets: dict[tuple[str, ...], set[str]] = defaultdict(set)
    values: dict[tuple[str, ...], set[str]] = defaultdict(set)
    again: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for command in (command for command, (how, _) in COMMANDS.items() if how == DRY):
        _, options = parse_args(arguments(command))
        files = tuple(str(path) for path in options.configfile or [])
        assert all(name.endswith(".yaml") for name in files), command
        assert not any(name.endswith(".yaml") for name in options.targets), command
        targets[files] |= set(options.targets or ["all"])
        values[files] |= set(options.config or [])
        again[files] |= set(options.forcerun or [])
    assert len(targets) == 3
    for files, wanted in targets.items():
        command = ["-n", *wanted]
        command += ["--configfile", *files] if files else []
        command += ["--config", *values[files]] if values[files] else []
        command += ["--forcerun", *again[files]] if again[files] else []
        run = snakemake(folder, *command)
        assert run.returncode == 0, told(run)
        assert "Nothing to be done" not in told(run)


@pytest.mark.workflow
def test_what_the_small_run_makes(finished: Path) -> None:
    for command in (command for command, (how, _) in COMMANDS.items() if how == SMALL):
        (target,) = [word for word in command.split() if word.startswith("results/")]
        assert target in TARGETS, command
        assert (finished / target).stat().st_size > 0


# Pages that are followed


@pytest.mark.workflow
def test_the_tutorial(worked: tuple[Path, dict[str, str]]) -> None:
    folder, told = worked
    assert len(told) == 6
    # What the page says that the command says, but for digits that depend on the processor.
    (shown,) = [block.text for block in blocks(TUTORIAL) if block.language == "text"]
    said = told["rfsl localize flight_1.csv"]
    assert re.sub(r"[\d.]+", "#", said) == re.sub(r"[\d.]+", "#", shown)
    assert said.splitlines()[1:] == shown.splitlines()[1:]
    record = json.loads((folder / "results/localize/flight_1/fix.json").read_text())
    assert record["expected_error_m"] == pytest.approx(39.0, abs=1.0)
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


@pytest.mark.workflow
def test_the_page_on_changes(worked: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    shutil.copytree(worked[0], folder, ignore=shutil.ignore_patterns("smoother.yaml"))
    (said,) = follow(folder, "docs/how-to/rerun.md").values()
    assert "smoothing_sigma_samples" not in said
    assert "rule features" in said


@pytest.mark.workflow
@pytest.mark.parametrize("page", RECIPES)
def test_recipes(page: str, worked: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    shutil.copytree(worked[0], folder)
    told = follow(folder, page)
    assert [command for command in commands(page) if COMMANDS[command][0] == RUN] == list(told)
    said = "\n".join(told.values())
    for text in RECIPE_RESULTS[page]:
        assert text in said or (folder / text).is_file(), text
    named = [block.file[1] for block in blocks(page) if block.file is not None]
    code = [name for name in named if name.startswith(("src/", "workflow/scripts/"))]
    for check in ("check", "format --check --line-length 100"):
        execute(folder, f"python -m ruff {check} {' '.join(code)}" if code else "true")
