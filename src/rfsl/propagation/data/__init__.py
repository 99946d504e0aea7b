"""Calibrations that the package carries: one JSON file each, whose name is the calibration's.

- `aerpaw`: AERPAW's hexacopter with the channel sounder, as in the AFAR challenge. `make carried`
  makes it from the real flights of config/afar.yaml.

`rfsl.propagation.carried` finds them.
"""
