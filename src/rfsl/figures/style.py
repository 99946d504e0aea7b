"""One look for every figure: fonts, colours, file formats, and what the data are."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context, rc_params_from_file
from matplotlib.figure import Figure

from rfsl.io.writing import written_beside

#: The project's matplotlibrc.
STYLE = rc_params_from_file(Path(__file__).with_name("rfsl.mplstyle"), use_default_template=False)


def save_figure(figure: Figure, pdf: str | Path, png: str | Path) -> None:
    """Write a figure as PDF and PNG, without a date so that equal figures are equal files."""
    for path, metadata in ((Path(pdf), {"CreationDate": None}), (Path(png), {})):
        with rc_context(STYLE), written_beside(path) as temporary:
            figure.savefig(temporary, format=path.suffix[1:], metadata=metadata)
