"""One look for every figure: fonts, colours, file formats, and what the data are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.files import written_beside

STYLE: dict[Any, Any] = {
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.0,
    "legend.fontsize": 7.0,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 7.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "0.88",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "figure.dpi": 200.0,
    "pdf.fonttype": 42,
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.04,
}
_KINDS = {
    "testbed": "real AERPAW flights",
    "emulated": "emulated trials",
    "synthetic": "synthetic trials",
}


def data_statement(kinds: Iterable[str]) -> str:
    """What the figure was made from, in words for the picture itself."""
    return " and ".join(_KINDS[kind] for kind in dict.fromkeys(kinds))


def save_figure(figure: Figure, pdf: str | Path, png: str | Path) -> None:
    """Write a figure as PDF and PNG, without a date so that equal figures are equal files."""
    for path, metadata in ((Path(pdf), {"CreationDate": None}), (Path(png), {})):
        with rc_context(STYLE), written_beside(path) as temporary:
            figure.savefig(temporary, format=path.suffix[1:], metadata=metadata)
