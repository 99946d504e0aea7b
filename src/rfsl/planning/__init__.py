"""Where to fly next, so that the source is found sooner and more surely.

A policy is asked for the next waypoints whenever the UAV has reached the last ones. It sees what
was measured so far. Policies are compared in simulated worlds, which are the same for all of them.

- `fence`: where the UAV may fly, and ways that stay inside.
- `motion`: how long legs and turns take, and which cells of the path were flown by a time.
- `mission`: what is known before take-off, and what a policy sees in flight.
- `policies`: the policies themselves, one module each.
- `belief`: the posterior so far on a grid, and the strongest places.
- `forecast`: what a further stretch of flight would tell.
- `candidates`: candidate ways for the rest of a flight.
- `patterns`: waypoints of spirals, lawnmowers, rectangles and stars.
- `aircraft`: waypoints as files for QGroundControl and aerpawlib.
- `options`: options of the command `rfsl plan`.
- `closed_loop`: a flight in a simulated world, decision by decision.

To add a policy, see docs/how-to/add-policy.md. docs/explanation/planning.md says what the policies
do and how they compare.
"""
