"""Figures: each module draws one kind of picture.

A function here takes a table of `rfsl.evaluation.tables`, a flight or a map, and a `Look`, and
returns a matplotlib `Figure` of its width. The script of a rule saves it with `style.save_figure`,
as PDF and as PNG. The title of a picture of trials states what its data are
(`data_kinds.data_statement`), so that nobody takes a synthetic trial for a real flight. A mode has
the same colour in every figure: the config's, or one of the palette.

- `ablation`: how each setting of the clustered representation changes the error (clustering.pdf).
- `clusters`: Figure 4(a), the clusters of a flight.
- `cost`: time and memory of each stage (cost.pdf).
- `data_kinds`: the words for real, emulated and synthetic trials.
- `error_bars`: Figures 6(a), 6(b) and 6(c), bars of the localization error.
- `heatmap_panels`: example scenes of a mode on radio maps (heatmap_panels.pdf).
- `heatmaps`: errors of the modes on radio maps against coverage and noise.
- `look`: width, title and legend of a figure.
- `numbers`: the numbers above bars.
- `over_time`: error against the time of the estimate (error_time.pdf).
- `palette`: colours.
- `planning`: errors of the policies that choose the way in flight (planning.pdf).
- `propagation`: Figure 5, and the residual behind the landing legs (legs.pdf).
- `scenario`: Figure 1, the areas and sources, and the track of each flight.
- `style`: fonts and sizes (`rfsl.mplstyle`), and how a figure is saved.
- `track`: the track of a flight in pieces of one colour each, for maps.

To add a figure, follow docs/how-to/add-figure.md.
"""
