"""Readers of flight logs, for each format of docs/reference/flight-logs.md.

A reader returns a `Flight` that `rfsl.flights.cutting.cut_flight` has checked and cut. If it cannot
read a log, it raises a `FlightError` with the file, the line or column, and what to do.

- `logs`: `read_log` recognizes the format of a file or folder and calls its reader.
- `tables`: `read_table`, for tables with one row per reading.
- `aerpaw`: raw AERPAW logs and folders of the AFAR release.
- `srsue`: console logs of srsUE.
- `separate`: power and positions in separate files.
- `spectrum`: power at one frequency from scans of rtl_power.
- `gps_tracks`: which logs of autopilots and GPS receivers are known; `ulog` (PX4), `dataflash`
  (ArduPilot), `tlog` (MAVLink telemetry) and `gpx` read one each; `autopilots` has what they share.
- `joined`: joins power, quality and positions that were logged separately.
- `clocks`: whether their clocks agree, and which offset would fit.

A table is opened, whatever the file is called, and then its columns are found:

- `content`: what the bytes of a file are; gzip.
- `raw_table`: `RawTable`, a table with any columns.
- `delimited`, `parquet`, `matlab`, `kismet`, `wigle`, `powder`, `lora_packets`: open one kind of
  file as a `RawTable`.
- `afar`: names of the fields of AFAR files.
- `long_tables`: what is dropped of tables of millions of rows before they are read.
- `columns`: which column is which, and proposals where one is missing.
- `times`: a column of times in any notation.
- `transmitters`: rows of the wanted transmitter.
- `text`: lines of a text log.

To add a format: docs/how-to/add-flight-format.md.
"""
