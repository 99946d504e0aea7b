"""Readers of flight logs, one for each format of docs/reference/flight-logs.md.

A reader returns a `Flight` that `rfsl.flights.cutting.cut_flight` has checked and cut. If it cannot
read a log, it raises a `FlightError` with the file, the line or field, and what to do.

- `logs`: `read_log` recognizes the format of a file or folder and calls its reader.
- `afar`: AFAR flights (MATLAB v5 files).
- `aerpaw`: raw AERPAW logs and folders of the AFAR release.
- `plain`: CSV and Parquet tables with units in their column names.
- `joined`: joins power, quality and positions that were logged separately.
- `text`: lines of a text log.

To add a format: docs/how-to/add-flight-format.md.
"""
