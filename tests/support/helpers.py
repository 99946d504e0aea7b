"""What a figure says."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.text import Text


def text_of(figure: Figure) -> str:
    """Every text on a figure, with bars between them."""
    return " | ".join(artist.get_text() for artist in figure.findobj(Text))
