"""The documentation: the site builds, links lead somewhere, and every command is known."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from reference_pages import file_tables, rule_tables
from snakemake.cli import get_argument_parser
from support.checkouts import environment, snakemake, told
from support.page_commands import COMMANDS, MADE, RUN, SMALL, commands_by, way_of
from support.pages import (
    OTHER_LANGUAGES,
    PAGES,
    blocks,
    commands,
    prose,
    spans,
)
from support.paths import ROOT


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


# The reference


def test_every_column_is_described() -> None:
    tables = file_tables()
    models = (ROOT / "src/rfsl/io/schemas.py").read_text().count("(pa.DataFrameModel)")
    assert len(re.findall(r"^## `results/", tables, re.MULTILINE)) == models
    assert "None" not in tables


@pytest.mark.workflow
def test_every_rule_is_listed() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", rule_tables(ROOT / "workflow"), re.MULTILINE)
    run = snakemake(ROOT, "--list-rules")
    assert run.returncode == 0, told(run)
    known = re.findall(r"^(\w+)(?: \(.+\))?$", run.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(set(known) - {"all", "everything", "pages"})


# Commands


def test_every_command_is_classified() -> None:
    found = {command for page in PAGES for command in commands(page)}
    assert sorted(command for command in found if not way_of(command)) == [], "name in COMMANDS"
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
    for command in ("localize", "calibrate", "live", "serve", "plan"):
        own = subprocess.run(
            [sys.executable, "-m", "rfsl.cli", command, "--help"],
            env=environment() | {"PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        known |= set(re.findall(r"--[\w-]+", own.stdout))
    known |= {"--gpus"}  # that of Slurm
    for page in PAGES:
        for span in spans(page):
            if span.startswith("--"):
                assert re.split(r"[ =]", span)[0] in known, f"{page}: {span}"


def test_what_make_would_do() -> None:
    for command in commands_by(MADE):
        run = subprocess.run([*command.split(), "-n"], cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
