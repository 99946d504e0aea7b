"""Radio maps: scenes, their complete maps, what a UAV measures of them, and a flight as a map.

Maps are (..., row, column): row 0 is the south edge, column 0 the west edge. A position in pixels
is (x, y) = (column, row), whole at pixel centres. In metres from the south-west corner it is
x_m = (column + 0.5) pixel_m, and y_m likewise.
"""
