"""In flight: a fix that is renewed every few seconds while the UAV flies.

Whatever the readings come by, they end up in logs that grow, and each update reads those: a log
that another program writes (`--follow`), or logs of our own for readings that arrive as JSON lines,
as datagrams or by MAVLink. So a run that was killed goes on from the log when it is started again.

- `readings`: one reading as a line of JSON, and the logs of our own.
- `arrivals`: where readings arrive from: a replayed log, standard input, UDP, MAVLink.
- `tracker`: from the logs to a fix, with what the update before knew.
- `record`: keys of the line that each update prints, with the JSON schema in `live.schema.json`.
- `outputs`: the files that each update renews.
- `cursor_on_target`: the fix as an event for TAK.
- `run`: the loop.
- `page`: the page in a browser (template `live.html`).
- `command`, `options`: the commands `rfsl live` and `rfsl serve`.

docs/how-to/in-flight.md leads through a flight.
"""
