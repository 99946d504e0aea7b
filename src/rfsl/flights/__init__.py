"""From a flight log to a flight, and from a flight to cells.

A reader turns a log of any known format into a raw `Flight`: position, attitude, RSS (received
signal strength) and the channel sounder's quality figure at each sample. Cutting removes what
cannot be right and keeps the part in the air. A receiver first has to acquire the signal and can
lose it again; samples without lock read its noise floor and say nothing about the source's power.
Cells are means over stretches of the path, so that a hovering UAV counts once.

- `flight`: the `Flight` record.
- `trial`: a row of the trials table: a flight, its log and the true position of its source.
- `readers`: a reader for each format of log.
- `sentinels`: powers that are no reading, such as a single 0.
- `time_order`: rows in any order, and clocks in whole seconds.
- `cutting`: what every raw log goes through before it is a flight.
- `plausible`: checks for values that no flight has, such as wrong units.
- `quality_clock`: corrects a quality figure that was logged by a wrong clock.
- `lock`: which samples hold the signal.
- `cells`: means over stretches of the path.
- `files`: reads and writes results/flights/{trial}.parquet (columns: docs/reference/files.md).

To add a format of log: docs/how-to/add-flight-format.md.
"""
