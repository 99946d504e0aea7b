"""What every workflow script is wrapped in: its log, its threads, and errors without tracebacks."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from rfsl.errors import RfslError
from rfsl.workflow.versions import loaded_versions

#: The largest block that glibc maps by itself for a program, and not from its heap (mallopt(3)).
_LARGEST_MAPPED_BYTES = 2**25


@contextmanager
def job(snakemake: Any) -> Iterator[logging.Logger]:
    """Run the body of a workflow script.

    Inputs, params and versions go to the rule's log, as does the traceback of an unforeseen error.
    BLAS, OpenMP and torch keep to the threads that the rule was given. An error of the user's ends
    the job with its message alone.

    Args:
        snakemake: the object that Snakemake gives to scripts.
    """
    os.environ["OMP_NUM_THREADS"] = str(snakemake.threads)
    log = _logger(snakemake.log[0] if snakemake.log else None)
    log.info("rule %s, wildcards %s", snakemake.rule, dict(snakemake.wildcards.items()))
    log.info("versions %s", loaded_versions())
    log.info("input %s", list(snakemake.input))
    log.info("params %s", dict(snakemake.params.items()))
    started = time.perf_counter()
    try:
        keep_freed_memory()
        _limit_torch(snakemake.threads)
        with threadpool_limits(snakemake.threads):
            yield log
    except RfslError as error:
        log.error("%s", error)
        sys.exit(1)
    except BaseException:
        log.exception("failed")
        raise
    log.info("done in %.1f s", time.perf_counter() - started)


def _logger(path: str | None) -> logging.Logger:
    log = logging.getLogger("rfsl")
    log.setLevel(logging.DEBUG)
    log.handlers.clear()
    screen = logging.StreamHandler()
    screen.setLevel(logging.WARNING)
    screen.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    log.addHandler(screen)
    if path is not None:
        file = logging.FileHandler(path, mode="w", encoding="utf-8")
        file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(file)
    return log


def _limit_torch(threads: int) -> None:
    """Limit torch if the script imported it; scripts without torch do not pay for it."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(threads)


def keep_freed_memory() -> None:
    """Have the C library keep freed arrays for the next ones, up to 64 MB.

    By default it returns them to the system, and fetching the same pages again takes longer than
    the arithmetic on them. glibc serves blocks from its heap up to the size of the largest mapped
    one that was freed, and keeps twice as much; elsewhere this does nothing.
    """
    np.empty(_LARGEST_MAPPED_BYTES - 2**16, np.uint8)
