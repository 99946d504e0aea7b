"""Tables of results: what results/tables/*.tsv holds and figures draw, from the scores.

Each module turns tables of scores (`rfsl.io.schemas`) into one table of results, and names its
columns in the docstring of its function. A figure draws the same table.

- `error_summary`: errors of each mode over groups of trials, with published values beside them.
- `comparison`: every mode on every trial, with its uncertainty and the limits.
- `over_time`: errors against the time of the estimate.
- `ablation`: errors for each value of each setting that was changed.
- `simulated`: errors on simulated flights, compared with the ideal posterior.
- `planning`: policies that choose the way in flight, beside the first of them.
- `heatmaps`: errors of the modes on radio maps.
- `propagation`: errors of propagation models.
- `leg_residual`: whether the landing legs show in the residual of two-ray.
- `calibration`: results of the calibrations.
- `complexity`: size and speed of RealAdaptRNet, compared with the published numbers.
- `cost`: time and memory of the jobs.
- `teams`: errors that the teams of the AFAR challenge published.

To add a table, put a module with a function that returns a data frame here, and give it a rule and
a script as in docs/how-to/add-figure.md.
"""
