"""From the transmitter to the received power: antennas, ground, legs, gain and shadowing.

RSS (received signal strength) is the power that the UAV's receiver logs, in dB. A propagation model
predicts it from the positions of UAV and source and from the UAV's attitude. It may include the
spreading over the distance, both antenna gains, a reflection from the flat ground, and the loss
behind a landing leg. Shadowing is what remains: the part of the RSS that the gain does not explain,
which is correlated along the flight.

- `models`: the propagation models, a module each.
- `spec`: what a model is, and what the workflow has to know about it.
- `two_ray_sum`: constants of the link, and the sum of the direct and the reflected ray.
- `ground`: reflection coefficient of the ground (Fresnel).
- `antennas`: half-wave dipole, measured patterns, mounting.
- `legs`: shadow of the landing legs (equations 7-9).
- `gain`: effective gain by depression and body azimuth, as a calibration measures it.
- `shadowing`: its spread and correlation.
- `whitening`: the shadowing of long flights made white, strip by strip.
- `calibration_file`: records of results/calibration/{fold}.json (see docs/reference/files.md).
- `carried`: calibrations that the package carries, in `data`.

To add a propagation model, put a module into `models`: docs/how-to/add-propagation-model.md. To use
another antenna, name its chamber file in the config: docs/how-to/add-antenna.md.
"""
