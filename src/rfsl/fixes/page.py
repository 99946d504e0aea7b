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
    spots = record["places"] if len(record["places"]) > 1 else []
    if record["position"] is not None:
        spots = [record["position"], *spots]
    notes = record["notes"] or ["nothing was left out"]
    return Template(template).substitute(
        title=escape(headline(record)),
        state="good" if record["usable"] else "bad",
        spots="\n".join(map(_spot, spots)),
        map=svg,
        rows="\n".join(lines),
        notes="\n".join(f"<li>{escape(note)}</li>" for note in notes),
    )


def _spot(place: Mapping[str, Any]) -> str:
    """A line with a position, a link that opens it in a phone's maps, and a button to copy it."""
    latitude, longitude = f"{place['latitude_deg']:.7f}", f"{place['longitude_deg']:.7f}"
    at = f"{latitude},{longitude}"
    name = "Estimate"
    if "probability" in place:
        name = f"Place with {100 * place['probability']:.0f} %"
    return (
        f'<p class="spot">{name}: <a href="geo:{at}?q={at}">{latitude}, {longitude}</a> '
        f'<button type="button" data-copy="{latitude}, {longitude}">copy</button></p>'
    )
