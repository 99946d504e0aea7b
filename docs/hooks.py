"""Hooks of MkDocs: fill in the generated parts of the pages when the site is built."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from reference_pages import command_line, file_tables, rule_tables

ROOT = Path(__file__).parents[1]


def _configuration() -> str:
    """config/README.md, the generated manual of the config, without its title."""
    return (ROOT / "config/README.md").read_text(encoding="utf-8").partition("\n")[2]


GENERATED = {
    "command line": command_line,
    "configuration": _configuration,
    "rules": lambda: rule_tables(ROOT / "workflow"),
    "tables": file_tables,
}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The text of a page with each line `<!-- generated: NAME -->` replaced by its generated part.

    MkDocs calls this for every page.

    Raises:
        KeyError: NAME is not in `GENERATED`.
    """
    return re.sub(
        r"^<!-- generated: (.+) -->$",
        lambda found: GENERATED[found[1]](),
        markdown,
        flags=re.MULTILINE,
    )
