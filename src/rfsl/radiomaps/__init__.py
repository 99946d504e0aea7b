"""Radio maps: scenes, their complete maps, what a UAV measures of them, and a flight as a map.

A scene is a square of ground with terrain, buildings and a source. Its radio maps hold the RSS, the
angle of arrival (AoA: azimuth of the source) and the line of sight (LoS) over every pixel. A
measurement keeps some of the pixels, with errors: a sparse map. A real flight becomes a sparse map
too.

Maps are (..., row, column): row 0 is the south edge, column 0 the west edge. A position in pixels
is (x, y) = (column, row), whole at pixel centres. In metres from the south-west corner it is
x_m = (column + 0.5) pixel_m, and y_m likewise.

- `scenes`: terrain, buildings and a source, drawn from a seed.
- `map_folder`: scenes from a folder of RadioMapSeer or RadioMap3DSeer.
- `visibility`: line of sight between the UAV over each pixel and the source.
- `maps`: complete maps of a scene, by LocHeatmap's two laws or a propagation model.
- `measurement`: which pixels a UAV measures, and with what errors.
- `encoding`: maps as networks take them.
- `original_encoding`: maps as LocHeatmap's own networks take them.
- `batches`: measured and encoded scenes, many at a time.
- `interpolation`: complete maps without training, by nearest neighbour and kriging.
- `two_law_search`: the place from which LocHeatmap's two laws explain the measured RSS best.
- `raster`: a real flight as a sparse map.
- `files`: results/radiomaps/{propagation}/{split}/{shard}.arrow, described in
  docs/reference/files.md.

To add an input map for the networks, see docs/how-to/add-mode.md.
"""
