"""A page: a heading, paragraphs, an interactive figure and a table."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from rfsl.io.writing import written_beside

#: Layout that all figures share.
LAYOUT: dict[str, Any] = {
    "template": "plotly_white",
    "font": {"size": 13, "color": "#111", "family": "system-ui, sans-serif"},
    "hoverlabel": {"align": "left"},
}
#: Settings of plotly: no logo that links elsewhere, and no upload of the figure.
_CONFIG = {
    "displaylogo": False,
    "responsive": True,
    "showSendToCloud": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d"],
}


@dataclass(frozen=True)
class Page:
    """What a page shows.

    Attributes:
        title: the heading.
        statements: paragraphs above the figure: what it shows, and how to read it.
        figure: the figure, with its frames if it moves.
        columns, rows: the table below the figure; without columns there is no table.
    """

    title: str
    statements: Sequence[str]
    figure: go.Figure
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def write_page(page: Page, path: str | Path) -> None:
    """Write a page as one HTML file that contains plotly.js.

    All texts are escaped. The file's content security policy keeps it from loading anything from
    elsewhere.
    """
    template = resources.files("rfsl.pages").joinpath("page.html").read_text(encoding="utf-8")
    # Nothing inside a script element may look like its end.
    figure = str(page.figure.to_json(engine="json")).replace("<", "\\u003c")
    text = Template(template).substitute(
        title=escape(page.title),
        statements="\n".join(f"<p>{escape(text)}</p>" for text in page.statements),
        table=_table(page),
        plotly=_packed_plotly(),
        config=json.dumps(_CONFIG),
        figure=figure,
    )
    with written_beside(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@cache
def _packed_plotly() -> str:
    """plotly.js, compressed from 4.8 to 1.9 MB; the browser unpacks it."""
    packed = gzip.compress(get_plotlyjs().encode(), compresslevel=9, mtime=0)
    return base64.b64encode(packed).decode()


def _table(page: Page) -> str:
    if not page.columns:
        return ""

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "\n".join(line(row, "td") for row in page.rows)
    return f"<table>\n<thead>{line(page.columns, 'th')}</thead>\n<tbody>\n{body}\n</tbody></table>"
