"""Logs of LoRa packets from a walked sender, as of https://github.com/jasperpato/vehicle-tracker.

The receiver writes a line for each packet, without names of the columns (`PACKET_COLUMNS`). The
sender sends its own position by GPS in each packet:

    07:58:06,0,-31.981047,115.819534,250000,5,916040000,7,13,-83,-130,10.25,0.000000,0.000000

The sender writes a line for each packet that it sent: number, latitude, longitude. Lines that begin
with # are comments.

A link has the same loss in both directions, so the receiver is located as a source is: the
positions of the flight are those of the sender.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rfsl.config.flights import ColumnName
from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import RawTable
from rfsl.flights.readers.text import cut_off, read_text

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of the receiver's log; the receiver's own position is often 0, 0.
PACKET_COLUMNS = (
    "time_of_day",
    "packet",
    "latitude_deg",
    "longitude_deg",
    "bandwidth_hz",
    "coding_rate",
    "frequency_hz",
    "spreading_factor",
    "power_dbm",
    "packet_rssi_dbm",
    "instant_rssi_dbm",
    "snr_db",
    "receiver_latitude_deg",
    "receiver_longitude_deg",
)
#: Columns of a flight. The SNR is no quality on the scale of `flights.lock_quality_db`.
_KNOWN: dict[ColumnName, str] = {"time_s": "time_of_day", "rss_db": "packet_rssi_dbm"}
#: A whole line: LoRa has spreading factors of 5 to 12 and coding rates of 4/5 to 4/8.
_LINE = re.compile(
    r"\d{1,2}:\d\d:\d\d(\.\d+)?,\d+,-?\d+\.\d+,-?\d+\.\d+,\d{4,6},[5-8],\d{8,10},([5-9]|1[0-2]),"
    r"-?\d+,-\d+(\.\d+)?,-\d+(\.\d+)?,-?\d+(\.\d+)?,-?\d+\.\d+,-?\d+\.\d+"
)
#: Lines that are looked into; one of them may be damaged.
_FIRST = 5
#: Packets at the limit of reception are damaged often; a larger share is another format.
_MOST_DAMAGED = 0.5
#: Ends of the names of the two logs.
_RECEIVER, _SENDER = "-Receiver.csv", "-Sender.csv"


def is_lora_packets(text: str) -> bool:
    """Whether a text is a receiver's log of LoRa packets.

    Example:
        >>> is_lora_packets("07:58:06,0,-31.9,115.8,250000,5,916040000,7,13,-83,-130,10.25,0.0,0.0")
        True
        >>> is_lora_packets("time_s,latitude_deg,longitude_deg,height_m,rss_db")
        False
    """
    return any(_LINE.fullmatch(line.strip()) for line in text.split("\n", _FIRST)[:_FIRST])


def open_lora_packets(path: Path, text: str) -> RawTable:
    """The packets whose sender knew its position, with the columns `PACKET_COLUMNS`.

    Notes count the packets without a position (0, 0), the damaged lines, and, if the log of the
    sender lies beside this one (`*-Sender.csv`), the packets that were lost.

    Args:
        path: the receiver's log, for messages.
        text: its content; `is_lora_packets` holds.

    Raises:
        FlightError: more than half of the lines do not have 14 fields, or no packet has a position.
    """
    notes = []
    if not text.endswith("\n") and "\n" in text:  # the last line may be cut inside a number
        text = text[: text.rindex("\n") + 1]
        notes.append(cut_off(path))
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    rows, damaged = [], []
    for number, line in numbered:
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == len(PACKET_COLUMNS) and line.isprintable():
            rows.append(cells)
        else:
            damaged.append(number)
    if len(damaged) > _MOST_DAMAGED * len(numbered):
        raise FlightError(
            f"{path}, line {damaged[0]}: {len(damaged)} of {len(numbered)} lines do not have the "
            f"{len(PACKET_COLUMNS)} fields of a LoRa packet; copy the receiver's log again"
        )
    if damaged:
        notes.append(
            f"{len(damaged)} of {len(numbered)} lines of damaged packets left out, the first is "
            f"line {damaged[0]}"
        )
    placed = [row for row in rows if not (_is_zero(row[2]) and _is_zero(row[3]))]
    if not placed:
        raise FlightError(
            f"{path}: none of its {len(rows)} packets has a position of the sender (all are 0, 0); "
            "its GPS had no fix"
        )
    if len(placed) < len(rows):
        notes.append(f"{len(rows) - len(placed)} packets without a position (0, 0) left out")
    notes += _lost(path, {row[1] for row in rows})
    columns = dict(zip(PACKET_COLUMNS, zip(*placed, strict=True), strict=True))

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa

        return {name: pa.chunked_array([pa.array(columns[name], pa.string())]) for name in names}

    return RawTable(path, PACKET_COLUMNS, PACKET_COLUMNS, read, known=_KNOWN, notes=tuple(notes))


def _is_zero(cell: str) -> bool:
    try:
        return float(cell) == 0.0
    except ValueError:
        return False


def _lost(path: Path, received: set[str]) -> list[str]:
    """A note on the packets that were sent and not received, if the sender's log lies beside.

    Args:
        path: the receiver's log.
        received: numbers of the packets that it holds.
    """
    if not path.name.endswith(_RECEIVER):
        return []
    sender = path.with_name(path.name.removesuffix(_RECEIVER) + _SENDER)
    if not sender.is_file():
        return []
    try:
        lines = read_text(sender).split("\n")
    except FlightError as error:
        return [f"packets that were lost are not counted: {error}"]
    sent = {line.split(",")[0].strip() for line in lines if not line.lstrip().startswith("#")}
    sent = {number for number in sent if number.isascii() and number.isdigit()}
    if not sent:
        return [f"packets that were lost are not counted: {sender.name} lists none"]
    lost = len(sent - received)
    return [
        f"{lost} of {len(sent)} packets sent ({sender.name}) are lost or damaged; the estimate "
        "does not use that"
    ]
