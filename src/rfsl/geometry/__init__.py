"""Where things are: the local frame, links between UAV and source, directions and paths.

Positions are metres in the local frame: x east, y north, z up, on the plane that touches the earth
at `scenario.origin_*`. A link joins the UAV and a source by two paths: the direct one, and one that
the ground reflects, as if it came from the source's mirror image below the ground. The UAV's
antenna sees both in the body frame (x right, y forward, z up), which roll, pitch and yaw turn.
`links` states every sign convention.

- `frames`: the local frame, boxes on the ground, lengths along a path.
- `directions`: elevation and azimuth of vectors in an antenna's frame.
- `links`: lengths and angles of both paths, and the rotation into the body frame.
- `trajectories`: the paper's spiral, flown from waypoint to waypoint.
- `random_paths`: random paths of six kinds, for simulated flights.
- `files`: reads and writes results/trajectory.parquet (columns: docs/reference/files.md).

To add a kind of random path, write a function in `random_paths` and list it in `TRAJECTORY_KINDS`.
That changes every simulated flight, because the kind of a flight is drawn from that list.
"""
