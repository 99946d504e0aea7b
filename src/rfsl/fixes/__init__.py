"""One flight log over an unknown source becomes a fix: a position, its uncertainty and a map.

A fix is the estimate of one mode with its expected error, its 50 % and 90 % regions and its notes.
The mode is the first of `localize.modes` that has the files it needs: a calibration on real flights
or trained networks. The area is where the source may be, a polygon of a KML file or the config's
box. `rfsl localize` and the rule `localize` both use this room.

- `areas`: the area, and which places lie in it.
- `choice`: which mode makes the estimate, and what the other modes lack.
- `fix`: from a log to a fix, with its notes.
- `kml`: reads the area from KML, and writes a fix as KML.
- `map`: the map, as PNG and as SVG.
- `output`: all files of a fix (`OUTPUTS`), and their common content (`fix_record`).
- `page`: the map, the table and the notes as one HTML page (template `page.html`).
- `wording`: headline and table of a fix, the same in every output.

To add a file, make its content from `fix_record`, and add it to `OUTPUTS`, to `write_fix`, to the
rule `localize` and to docs/reference/fix.md. docs/how-to/localize.md explains how to read a fix.
"""
