"""Fills the generated parts of the pages when MkDocs builds the site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from reference_pages import command_line, file_tables, rule_tables

ROOT = Path(__file__).parents[1]


def _configuration() -> str:
    """The generated manual of the config below its title."""
    return (ROOT / "config/README.md").read_text(encoding="utf-8").partition("\n")[2]


GENERATED = {
    "command line": command_line,
    "configuration": _configuration,
    "rules": lambda: rule_tables(ROOT / "workflow"),
    "tables": file_tables,
}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The text of a page, each line `<!-- generated: NAME -->` replaced by what is generated."""
    return re.sub(
        r"^<!-- generated: (.+) -->$",
        lambda found: GENERATED[found[1]](),
        markdown,
        flags=re.MULTILINE,
    )
