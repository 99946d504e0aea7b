"""Logs of LoRa packets from a walked sender, as of https://github.com/jasperpato/vehicle-tracker.

The receiver writes a line for each packet, without names of the columns (`PACKET_COLUMNS`). The
sender sends its own position by GPS in each packet:

    07:58:06,0,-31.981047,115.819534,250000,5,916040000,7,13,-83,-130,10.25,0.000000,0.000000

The RSSI of a packet is never below the receiver's noise. If its SNR is negative, the strength of
the packet is RSSI + SNR (Semtech, data sheet of the SX1276, section 5.5.5); with a positive one it
is the RSSI. The power of a flight is the RSSI, with which regions hold better
(docs/explanation/decisions.md); `packet_strength_dbm` is a column to choose.

The sender writes a line for each packet that it sent: number, latitude, longitude. Lines that begin
with # are comments. With its log beside that of the receiver, packets that were lost become
readings with a power of minus infinity, at the places where they were sent.

A link has the same loss in both directions, so the receiver is located as a source is: the
positions of the flight are those of the sender.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import FloatArray, IndexArray
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
#: Added to the columns: RSSI, and SNR if it is negative.
STRENGTH = "packet_strength_dbm"
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
_NUMBER = re.compile(r"[0-9]{1,9}")
_TIME = re.compile(r"(\d{1,2}):(\d\d):(\d\d(?:\.\d+)?)")
_DAY_S = 86_400.0
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
    """The packets whose sender knew its position, with the columns `PACKET_COLUMNS` and `STRENGTH`.

    If the log of the sender lies beside (`*-Sender.csv`), lost packets are rows too, with a
    power of minus infinity and a time between those of the packets before and after. Notes count
    them, the packets without a position (0, 0), and the damaged lines.

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
    lost, told = _lost(path, rows)
    whole = [[*row, _strength_dbm(row)] for row in placed] + lost
    names = (*PACKET_COLUMNS, STRENGTH)
    columns = dict(zip(names, zip(*whole, strict=True), strict=True))
    notes += told

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa

        return {name: pa.chunked_array([pa.array(columns[name], pa.string())]) for name in names}

    return RawTable(path, names, names, read, known=_KNOWN, notes=tuple(notes))


def _is_zero(cell: str) -> bool:
    try:
        return float(cell) == 0.0
    except ValueError:
        return False


def _strength_dbm(row: Sequence[str]) -> str:
    """Strength of a received packet by its RSSI and SNR; the RSSI as it is if one is damaged."""
    rssi_dbm, snr_db = (row[PACKET_COLUMNS.index(name)] for name in ("packet_rssi_dbm", "snr_db"))
    try:
        return f"{float(rssi_dbm) + min(float(snr_db), 0.0):g}"
    except ValueError:
        return rssi_dbm


def _lost(path: Path, rows: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """Rows of the packets that were sent and not received, and a note; see `open_lora_packets`.

    Args:
        path: the receiver's log.
        rows: the packets that it holds, with and without a position.
    """
    if not path.name.endswith(_RECEIVER):
        return [], []
    sender = path.with_name(path.name.removesuffix(_RECEIVER) + _SENDER)
    if not sender.is_file():
        return [], []
    try:
        lines = read_text(sender).split("\n")
    except FlightError as error:
        return [], [f"packets that were lost are not used: {error}"]
    sent = _sent(lines)
    if not sent:
        return [], [f"packets that were lost are not used: {sender.name} lists none"]
    number, time_s = _clock(rows)
    lost = (
        [packet for packet in sent if packet not in number and number[0] < packet < number[-1]]
        if number.size
        else []
    )
    at_s = np.interp(lost, number, time_s)
    blank = dict.fromkeys((*PACKET_COLUMNS, STRENGTH), "")
    # What is the same in every packet stays the same, so that they are of one transmitter.
    same = {
        name: cells.pop()
        for name, *column in zip(PACKET_COLUMNS, *rows, strict=True)
        if len(cells := set(column)) == 1
    }
    found = []
    for packet, when_s in zip(lost, at_s, strict=True):
        latitude_deg, longitude_deg = sent[packet]
        values = {
            "time_of_day": _time_of_day(when_s),
            "packet": str(packet),
            "latitude_deg": latitude_deg,
            "longitude_deg": longitude_deg,
            **dict.fromkeys(("packet_rssi_dbm", STRENGTH), "-inf"),
        }
        found.append(list((blank | same | values).values()))
    return found, [f"{len(found)} of {len(sent)} packets sent ({sender.name}) are lost or damaged"]


def _sent(lines: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Latitude and longitude of each packet with a position, by its number."""
    sent = {}
    for line in lines:
        cells = [cell.strip() for cell in line.split(",")]
        if _NUMBER.fullmatch(cells[0]) and len(cells) >= 3 and not _is_zero(cells[1]):
            sent[int(cells[0])] = cells[1], cells[2]
    return sent


def _clock(rows: list[list[str]]) -> tuple[IndexArray, FloatArray]:
    """Numbers of received packets, rising, and their times in seconds, past midnight too."""
    known = [
        (int(row[1]), 3600.0 * int(hours) + 60.0 * int(minutes) + float(whole_s))
        for row in rows
        if (match := _TIME.fullmatch(row[0])) and _NUMBER.fullmatch(row[1])
        for hours, minutes, whole_s in [match.groups()]
    ]
    if not known:
        return np.empty(0, dtype=np.intp), np.empty(0)
    number, time_s = np.array(known).T
    rising = np.concatenate([[True], np.diff(np.maximum.accumulate(number)) > 0.0])
    return number[rising].astype(np.intp), np.unwrap(time_s[rising], period=_DAY_S)


def _time_of_day(time_s: float) -> str:
    minutes, whole_s = divmod(time_s % _DAY_S, 60.0)
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{whole_s:06.3f}"
