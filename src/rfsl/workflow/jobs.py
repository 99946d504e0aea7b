"""What every workflow script runs in: its log, its threads, and errors without tracebacks."""

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

#: Largest freed block that raises glibc's threshold between heap and mapped blocks (mallopt(3)).
_LARGEST_MAPPED_BYTES = 2**25


@contextmanager
def job(snakemake: Any) -> Iterator[logging.Logger]:
    """Run the body of a workflow script, and yield its log.

    The rule's log gets inputs, params, versions and the traceback of an unforeseen error. BLAS,
    OpenMP and torch keep to the threads of the rule. An error that the user caused (`RfslError`)
    ends the job with its message alone.

    Args:
        snakemake: the object that Snakemake gives to scripts.

    Raises:
        SystemExit: with status 1, after an `RfslError`.
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
    """Limit torch to some threads if the script imported it; others do not have to load it."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(threads)


def keep_freed_memory() -> None:
    """Make the C library keep up to 64 MB of freed memory for the next arrays.

    By default it returns freed arrays to the system, and getting the same pages again takes longer
    than the arithmetic on them. glibc takes a block from its heap if it is no larger than the
    largest mapped block that was freed so far, and keeps up to twice that size. So this function
    frees one large block. With another C library it has no effect.
    """
    np.empty(_LARGEST_MAPPED_BYTES - 2**16, np.uint8)
