"""Console logs of srsUE, the LTE and 5G phone of srsRAN 4G (https://docs.srsran.com).

Once a second, srsUE prints a line of figures below a head that names them. Some versions put bars
between the signal, the downlink and the uplink; what comes before the first bar is read. The logger
of AERPAW puts the local time before each line:

    [2022-06-10 19:53:31.981046]  cc  pci  rsrp   pl   cfo | mcs  snr  iter  brate  bler ...
    [2022-06-10 19:53:31.981064]   0    1   -67   67 -4.3k |   0   24   0.0    0.0    0% ...

`rsrp` is the reference signal's received power in dB over an unknown constant, `pci` the cell, `cc`
(or `rat`) the carrier. No figure is a quality on the scale of `flights.lock_quality_db`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rfsl.config.flights import ColumnName
from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import RawTable
from rfsl.flights.readers.text import cut_off

if TYPE_CHECKING:
    import pyarrow as pa

#: Figure of the console log for a column of a flight.
SRSUE_NAMES: dict[ColumnName, str] = {"rss_db": "rsrp"}
#: The console log as AERPAW names it.
RADIO_SUFFIX = "_radio_log.txt"
_LINE = re.compile(r"^\[(?P<time>\d{4}-\d\d-\d\d[ T][^\]\n]+)\]\s(?P<figures>[^|\n]*)", re.M)
#: Figures that are read, by their names in the head; rat and cc are the carrier.
_FIGURES = ("rat", "cc", "pci", "rsrp")
#: The head comes after some lines of the start.
_START = 100_000


def is_srsue(text: str) -> bool:
    """Whether a text is a console log of srsUE with times."""
    return any(_is_head(match["figures"].split()) for match in _LINE.finditer(text[:_START]))


def _is_head(fields: list[str]) -> bool:
    return {"pci", "rsrp"} <= set(fields)


def open_srsue(path: Path, text: str) -> RawTable:
    """The signal's figures as a table with the columns time_s, rsrp, pci and cc or rat.

    Args:
        path: the log, for messages.
        text: its content; `is_srsue` holds.

    Raises:
        FlightError: no line of figures follows a head.
    """
    notes = []
    if not text.endswith("\n") and "\n" in text:  # the last line may be cut inside a number
        text = text[: text.rindex("\n") + 1]
        notes.append(cut_off(path))
    head: list[str] = []
    rows: list[list[str]] = []
    for match in _LINE.finditer(text):
        fields = match["figures"].split()
        if _is_head(fields):
            head = fields
        elif head and len(fields) == len(head):
            # Neighbouring cells have the same names again; the first is the cell that serves.
            at = [head.index(name) if name in head else None for name in _FIGURES]
            rows.append([match["time"], *("" if i is None else fields[i] for i in at)])
    if not rows:
        raise FlightError(f"{path}: no line of figures follows the head of srsUE's console log")
    columns = dict(zip(("time_s", *_FIGURES), zip(*rows, strict=True), strict=True))
    columns = {name: cells for name, cells in columns.items() if any(cells)}

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa

        return {name: pa.chunked_array([pa.array(columns[name], pa.string())]) for name in names}

    names = tuple(columns)
    return RawTable(path, names, names, read, known=SRSUE_NAMES, notes=tuple(notes))
