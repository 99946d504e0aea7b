"""How wide a figure is, whether it has a title, and where its legend goes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from rfsl.config.widths import WIDTHS_PT, FigureWidth
from rfsl.figures.style import STYLE

#: Points of one inch, and of a letter of mean width in type of one point.
_INCH_PT = 72.0
_LETTER = 0.5
#: Columns of a legend that are tried, the most first.
_LEGEND_COLUMNS = (4, 3, 2, 1)


@dataclass(frozen=True)
class Look:
    """What a person chooses about all figures; the sizes of type and lines are always the same.

    Attributes:
        width: a key of `rfsl.config.widths.WIDTHS_PT`.
        titles: whether a figure has a title, which says what its data are.
    """

    width: FigureWidth = "double"
    titles: bool = True

    @property
    def width_pt(self) -> float:
        """Width of every figure in points (1/72 inch)."""
        return WIDTHS_PT[self.width]

    @property
    def wide(self) -> bool:
        """Whether two panels with axes of their own fit side by side."""
        return self.width_pt > 400.0

    def figure(self, height_pt: float) -> Figure:
        """An empty figure of this width; its layout keeps everything inside."""
        return Figure(
            figsize=(self.width_pt / _INCH_PT, height_pt / _INCH_PT), layout="constrained"
        )

    def lines(self, text: str, size_pt: float, share: float = 1.0) -> str:
        """A text in lines that fit into a share of the width. Its own line breaks stay.

        Args:
            text: the text.
            size_pt: size of its type.
            share: of the figure's width.
        """
        letters = max(8, int(share * self.width_pt / (_LETTER * size_pt)))
        return "\n".join(textwrap.fill(line, letters) for line in text.splitlines())

    def title(self, figure: Figure, text: str) -> None:
        """Write the title above a figure, if figures have titles."""
        if self.titles:
            size_pt = float(STYLE["axes.titlesize"])
            figure.suptitle(self.lines(text, size_pt), fontsize=size_pt)

    def legend_below(
        self, figure: Figure, handles: Sequence[Artist], texts: Sequence[str], note: str = ""
    ) -> None:
        """Put a legend below the panels, with as many columns as fit; the figure grows by it.

        Args:
            figure: one of `figure`, with its panels.
            handles: marks of the legend.
            texts: text of each mark.
            note: a sentence above the marks, broken into lines.
        """
        size_pt = float(STYLE["legend.fontsize"])
        options: dict[str, Any] = {
            **{"frameon": False, "title_fontsize": size_pt},
            **{"handlelength": 1.5, "handletextpad": 0.5, "columnspacing": 1.2},
        }
        wrapped = [self.lines(text, size_pt, 0.86) for text in texts]
        if note:
            options["title"] = self.lines(note, size_pt, 0.88)
        for columns in _LEGEND_COLUMNS:
            legend = figure.legend(
                handles, wrapped, loc="outside lower center", ncols=columns, **options
            )
            box = legend.get_window_extent()
            if box.width <= figure.bbox.width or columns == _LEGEND_COLUMNS[-1]:
                break
            legend.remove()
        figure.set_figheight(figure.get_figheight() + box.height / figure.dpi)
