"""One flight log over an unknown source becomes a fix: a position, its uncertainty and a map.

A fix is the estimate of one mode with its expected error, its 50 % and 90 % regions and its notes.
The mode is the first of `localize.modes` that has the files it needs: a calibration on real flights
or trained networks. The area is where the source may be: polygons of a file, the config's box, or
the box round the track. `rfsl.localize`, `rfsl localize` and the rule `localize` use this room.

- `areas`: the area, and which places lie in it.
- `area_files`: polygons of an area file of any kind; `area_kml` reads those of KML, `area_parts` is
  what the readers find.
- `choice`: which mode makes the estimate, and what the other modes lack.
- `fix`: from a log to a fix, with its notes.
- `geodetic_fix`: a fix in degrees, for programs and notebooks; its posterior is of
  `geodetic_posterior`.
- `geotiff`: the posterior as GeoTIFF.
- `held`: how often regions held the source on other flights.
- `kml`: a fix as KML.
- `flown`, `cautions`: the records of a fix, and its warnings.
- `located_log`: the flights and the area in one local frame, and whether they are of one place.
- `log_files`: the files of a log, with their digests.
- `map`: the map, as PNG and as SVG.
- `output`: all files of a fix (`OUTPUTS`), and their common content (`fix_record`).
- `planned`: where to fly next, from a log or from arrays.
- `page`: the map, the table and the notes as one HTML page (template `page.html`).
- `record`: keys of fix.json, with the JSON schema in `fix.schema.json`.
- `samples`: the samples as CSV, and which of them were used.
- `times`: whether a log's clock says the date.
- `wording`: headline and table of a fix, the same in every output.

To add a file, make its content from `fix_record`, and add it to `OUTPUTS`, to `write_fix`, to the
rule `localize` and to docs/reference/fix.md. docs/how-to/localize.md explains how to read a fix.
"""
