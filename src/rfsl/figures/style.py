"""One look for every figure: fonts, sizes, and the files that are written."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context, rc_params_from_file
from matplotlib.figure import Figure

from rfsl.io.writing import written_beside

#: The settings of `rfsl.mplstyle`; every figure is drawn inside `rc_context(STYLE)`.
STYLE = rc_params_from_file(Path(__file__).with_name("rfsl.mplstyle"), use_default_template=False)


def save_figure(figure: Figure, pdf: str | Path, png: str | Path) -> None:
    """Write a figure as PDF and PNG; without a date, so that equal figures make equal files.

    The files have exactly the figure's size, so that a paper need not scale them.
    """
    for path, metadata in ((Path(pdf), {"CreationDate": None}), (Path(png), {})):
        with rc_context(STYLE), written_beside(path) as temporary:
            figure.savefig(temporary, format=path.suffix[1:], metadata=metadata)
