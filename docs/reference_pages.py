"""Generates the reference pages of the documentation from the code: tables, commands, rules."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandera.pandas as pa

from rfsl.io import schemas

_SECTION = re.compile(r"^    (\w+):\n?((?:(?: {8}.*)?\n)*)", re.MULTILINE)
_PATH = re.compile(r"f?\"((?:results|data)/[^\"]+)\"")
_OF_RULE = re.compile(r"rules\.(\w+)\.output\[0\]")
_WIDTH = "96"
_TYPES = {"float64": "number", "int64": "integer", "bool": "truth value"} | dict.fromkeys(
    ("str", "string[pyarrow]"), "text"
)


@dataclass(frozen=True)
class Rule:
    """A rule as its .smk file states it.

    Attributes:
        name: its name.
        comment: its docstring and the comment above it, as Markdown.
        inputs: what it reads, as Markdown.
        outputs, logs: files that it writes, as patterns with wildcards.
    """

    name: str
    comment: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    logs: tuple[str, ...]


def file_tables() -> str:
    """Columns of every table between stages, as Markdown."""
    tables = [
        item
        for _, item in inspect.getmembers(schemas, inspect.isclass)
        if issubclass(item, pa.DataFrameModel) and item is not pa.DataFrameModel
    ]
    return "\n".join(
        _file_table(table) for table in sorted(tables, key=lambda t: inspect.getsourcelines(t)[1])
    )


def command_line(command: str = "rfsl") -> str:
    """The `--help` of the command and of each of its subcommands, as Markdown."""
    own = _help()
    listed = re.search(r"\{([\w,-]+)\}", own)
    subcommands = listed[1].split(",") if listed else []
    texts = {f"{command} {name}".strip(): _help(name) for name in subcommands}
    return "\n".join(
        f"## `{name} --help`\n\n```text\n{text.rstrip()}\n```\n"
        for name, text in {command: own, **texts}.items()
    )


def rule_tables(workflow: Path) -> str:
    """A table of rules for each .smk file, as Markdown: what a rule reads, writes and logs.

    Args:
        workflow: the folder `workflow/`, which lies beside the Snakefile.
    """
    parsed = {path: list(_rules(path)) for path in _rule_files(workflow)}
    made = {rule.name: rule.outputs for rules in parsed.values() for rule in rules}
    parts = []
    for path, rules in parsed.items():
        parts += [f"## {path.stem.replace('_', ' ').capitalize()}", "", _head(path), ""]
        parts += ["| rule | reads | writes | log |", "|---|---|---|---|"]
        for rule in rules:
            inputs = [_named(text, made) for text in rule.inputs]
            cells = (inputs, _code(rule.outputs), _code(rule.logs))
            parts.append(
                f"| `{rule.name}` | " + " | ".join("<br>".join(cell) for cell in cells) + " |"
            )
        parts += ["", *(f"- `{rule.name}`: {rule.comment}" for rule in rules if rule.comment), ""]
    return "\n".join(parts)


def _file_table(table: type[pa.DataFrameModel]) -> str:
    path, _, rows = inspect.getdoc(table).splitlines()[0].partition(": ")  # type: ignore[union-attr]
    lines = [f"## `{path}`", "", f"{rows.rstrip('.').capitalize()}.", ""]
    lines += ["| column | type | meaning | allowed |", "|---|---|---|---|"]
    for name, column in table.to_schema().columns.items():
        allowed = [_check(check) for check in column.checks]
        allowed += ["may be empty"] if column.nullable else []
        kind = _TYPES[str(column.dtype)]
        lines.append(f"| `{name}` | {kind} | {column.description} | {'; '.join(allowed)} |")
    return "\n".join([*lines, ""])


def _check(check: pa.Check) -> str:
    signs = {
        "greater_than_or_equal_to": "at least {min_value:g}",
        "greater_than": "above {min_value:g}",
        "less_than_or_equal_to": "at most {max_value:g}",
        "in_range": "{min_value:g} to {max_value:g}",
    }
    values = dict(check.statistics or {})
    if check.name == "isin":
        return ", ".join(f"`{value}`" for value in values["allowed_values"])
    return signs[str(check.name)].format(**values)


def _help(*subcommand: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "rfsl.cli", *subcommand, "--help"],
        env={**os.environ, "COLUMNS": _WIDTH},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def _rule_files(workflow: Path) -> list[Path]:
    """The .smk files in the order in which the Snakefile includes them."""
    text = (workflow.parent / "Snakefile").read_text(encoding="utf-8")
    return [workflow.parent / name for name in re.findall(r'^include: "(.+)"', text, re.MULTILINE)]


def _head(path: Path) -> str:
    """The comment at the head of a file, as one paragraph."""
    lines = path.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
    return _paths_as_code(" ".join(line.removeprefix("#").strip() for line in lines))


def _rules(path: Path) -> Iterator[Rule]:
    text = path.read_text(encoding="utf-8")
    pattern = r"((?:^#.*\n)*)^(?:use )?rule (\w+)(?: as (\w+) with)?:\n((?:(?: {4}.*)?\n)*)"
    for comment, name, own_name, body in re.findall(pattern, text, re.MULTILINE):
        sections = dict(_SECTION.findall(body))
        says = re.findall(r'^ {4}"""(.*)"""$', body, re.MULTILINE)
        yield Rule(
            own_name or name,
            _paths_as_code(" ".join(says + re.findall(r"^# (.*)", comment, re.MULTILINE))),
            (f"as `{name}`",) if own_name else tuple(_inputs(sections.get("input", ""))),
            tuple(_PATH.findall(sections["output"])),
            tuple(_PATH.findall(sections["log"])),
        )


def _inputs(section: str) -> Iterator[str]:
    """Each input as Markdown: its name, and the files that its expression names."""
    for item in re.split(r"^ {8}(?=[\w\"*])", section, flags=re.MULTILINE)[1:]:
        name = re.match(r"(\w+)=", item)
        files = [f"`{_wildcards(path)}`" for path in dict.fromkeys(_PATH.findall(item))]
        files += [f"rules.{rule}" for rule in dict.fromkeys(_OF_RULE.findall(item))]
        label = name[1] if name else ("a flight log" if not files else "")
        yield ": ".join(part for part in (label, ", ".join(files)) if part)


def _wildcards(path: str) -> str:
    """The path of an expression as a pattern: `{wildcards.x}` becomes `{x}`."""
    return re.sub(r"\{plan\.[^}]*\}", "{...}", path.replace("{wildcards.", "{"))


def _named(text: str, made: dict[str, tuple[str, ...]]) -> str:
    """A text in which the first output of a rule replaces `rules.NAME`."""
    return re.sub(r"rules\.(\w+)", lambda found: f"`{made[found[1]][0]}`", text)


def _code(paths: tuple[str, ...]) -> list[str]:
    return [f"`{path}`" for path in paths]


def _paths_as_code(text: str) -> str:
    return re.sub(r"(?<!`)((?:results|data)/[\w{}./]*[\w}/])|(?<!`)(\{\w+\})", r"`\g<0>`", text)
