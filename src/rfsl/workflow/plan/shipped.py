"""Files that come with the workflow and that a config names by their paths in the checkout."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from rfsl.config.config import Config

#: Root of the checkout, which has the Snakefile.
CHECKOUT = Path(__file__).parents[4]


def with_shipped_files(config: Config) -> Config:
    """The config with paths that lead to the trials table and the published errors.

    A relative path is one in the working directory. If there is no such file, it is one in the
    checkout, so that the workflow runs in any folder.
    """
    figures = config.figures
    teams = _found(figures.fig6b.teams)
    return config.model_copy(
        update={
            "trials": config.trials.model_copy(update={"table": _found(config.trials.table)}),
            "figures": figures.model_copy(
                update={
                    "published": _found(figures.published),
                    "fig6b": figures.fig6b.model_copy(update={"teams": teams}),
                }
            ),
        }
    )


def _found(name: str | None) -> str | None:
    if name is None:
        return None
    with suppress(OSError, ValueError):  # a name that is too long, or no name of a file
        if not Path(name).exists() and (CHECKOUT / name).exists():
            return str(CHECKOUT / name)
    return name
