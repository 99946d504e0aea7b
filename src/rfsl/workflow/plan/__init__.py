"""What a config asks for: which trials, folds, modes and files.

A trial is a flight over a known source. A fold is a location that a calibration leaves out, so that
the trials at that location can be scored with it; fold `none` uses no calibration, fold `all`
leaves nothing out. A mode is a way to make an estimate: a trained network or a classical localizer,
with its propagation model if it has one. The Snakefile makes one `Plan`, and the rules ask it for
lists of files and for the plain values of their params.

- `ablation`: the variants of a mode with one key of its representation changed.
- `checks`: errors of a config across its blocks, found before any job runs.
- `core`: trials, folds, modes, and the files between the stages.
- `groups`: which trials the figures of errors show together.
- `heatmaps`: scenes, networks and files of the modes on radio maps.
- `localize`: what one flight over an unknown source needs.
- `planning`: policies, worlds and files of the planners' benchmark.
- `plan`: the plan, made of the core and the parts.
- `replay`: the pages of replayed flights.
- `report`: labels of the results in the report.
- `resources`: memory and run time that a job asks for.
- `simulated`: the table of errors on simulated flights.
- `trials_table`: reads and checks the trials table.

To give a rule another value, return it from `Core.params` (a block of the config, by its path) or
from a method of the part that the rule belongs to. Return plain values only, because Snakemake
compares them, and leave out what does not change the result, as the number of seeds. A subject that
only some rules need is a part of its own: a frozen class with the core, and a cached property of
`Plan`. docs/how-to/add-figure.md has a complete rule.
"""
