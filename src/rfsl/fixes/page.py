"""A fix as one HTML page that loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib import resources
from string import Template
from typing import Any

from rfsl.fixes.wording import headline, rows


def fix_page(record: Mapping[str, Any], svg: str) -> str:
    """The text of the page: map, table and notes. Names and notes are escaped.

    Args:
        record: see `fix_record`.
        svg: the map, as an SVG element.
    """
    template = resources.files("rfsl.fixes").joinpath("page.html").read_text(encoding="utf-8")
    lines = [
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in rows(record)
    ]
    notes = record["notes"] or ["nothing was left out"]
    return Template(template).substitute(
        title=escape(headline(record)),
        state="good" if record["usable"] else "bad",
        map=svg,
        rows="\n".join(lines),
        notes="\n".join(f"<li>{escape(note)}</li>" for note in notes),
    )
