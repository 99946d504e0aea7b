"""The pages of the documentation: their blocks, their commands, and a place to run those in."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from support.checkouts import checkout, environment
from support.paths import ROOT

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
)
#: Languages of blocks that are not commands.
OTHER_LANGUAGES = {"python", "yaml", "json", "tsv", "diff", "snakemake", "text"}
#: Programs whose commands stand in the text as well, in one line of code.
PROGRAMS = {"snakemake", "rfsl", "make", "python", "source", "export", ".venv/bin/pre-commit"}
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code: its language, and its text without the fences."""

    language: str
    text: str

    @property
    def file(self) -> tuple[str, str] | None:
        """What is to be done with which file, if the first line says so."""
        found = re.match(r"# (file|append|edit): (\S+)\n", self.text)
        return (found[1], found[2]) if found else None


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    return [Block(language, text) for language, text in _FENCED.findall(read(page))]


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return _FENCED.sub("", read(page))


def shell_lines(block: Block) -> Iterator[str]:
    """Commands of a block, one a line, without comments.

    One with a here-document stays as it stands.
    """
    lines = iter(block.text.replace("\\\n", " ").splitlines())
    for line in lines:
        document = re.search(r"<<'(\w+)'$", line)
        if document is not None:
            yield "\n".join([line, *takewhile(document[1].__ne__, lines), document[1]])
            continue
        command = " ".join(re.sub(r"(^|\s)#.*", "", line).split())
        if command:
            yield command


def spans(page: str) -> list[str]:
    """Code within the text, each on one line."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(page))]


def commands(page: str) -> list[str]:
    """Every command of a page: in blocks, and within the text."""
    found = [
        line for block in blocks(page) if block.language == "sh" for line in shell_lines(block)
    ]
    for span in spans(page):
        words = span.split()
        if words[0] in PROGRAMS and len(words) > 1:
            found.append(span)
    return list(dict.fromkeys(found))


def workplace(folder: Path) -> Path:
    """A checkout in which every command of the pages can be run."""
    checkout(folder)
    ignore = shutil.ignore_patterns("__pycache__")
    for part in ("tests", "docs"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignore, dirs_exist_ok=True)
    shutil.copy(ROOT / "pyproject.toml", folder)
    programs = {"python": "", "snakemake": "-m snakemake", "rfsl": "-m rfsl.cli"}
    (folder / "bin").mkdir()
    for name, arguments in programs.items():
        path = folder / "bin" / name
        path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
        path.chmod(0o755)
    return folder


def execute(folder: Path, command: str) -> str:
    """Run a line in the shell as a user would; returns what it says."""
    variables = environment()
    variables |= {
        "PATH": f"{folder / 'bin'}:{variables['PATH']}",
        "PYTHONPATH": f"{folder / 'src'}",
    }
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
    return run.stdout + run.stderr


def write(folder: Path, block: Block) -> None:
    """Do what a block's first line says, unless it was done before."""
    assert block.file is not None
    action, name = block.file
    path, text = folder / name, block.text.partition("\n")[2]
    path.parent.mkdir(parents=True, exist_ok=True)
    there = path.read_text() if path.exists() else ""
    if action == "file":
        assert there in {"", text}, f"another {name} is there already"
        path.write_text(text)
    elif action == "append":
        added = text.strip("\n")
        if added not in there:
            path.write_text(there.rstrip("\n") + "\n\n\n" + added + "\n")
    else:
        lines = text.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        if after not in there:
            assert there.count(before) == 1, f"{name} has {there.count(before)} times\n{before}"
            path.write_text(there.replace(before, after))
