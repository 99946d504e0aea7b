"""Evaluation: how large the errors of estimates are, and how small they could be.

A trial is a flight over a source at a known location; a fold is the set of trials at one location,
scored with what was fitted without them. The error of an estimate is its 2D distance to the true
source. Estimators are scored on trials, on simulated flights and on simulated scenes (radio maps).
Two limits stand beside the errors: the Cramér-Rao bound, and the ideal posterior, which knows the
gain of each flight. All scores are tables; `rfsl.io.schemas` has their columns, and
docs/reference/files.md shows them.

- `trials`: estimators on trials.
- `realadaptrnet`: trained RealAdaptRNets as estimators.
- `heatmaps`: modes on radio maps, on scenes and on real flights.
- `heatmap_panels`: single scenes at each stage of a mode on radio maps.
- `completion`: completed RSS maps compared with interpolation.
- `whole_maps`: what the layers of a completion alone cost.
- `simulated`: localizers and the ideal posterior on simulated flights.
- `planning`: flights whose way a policy chose, in simulated worlds.
- `redrawn`: the ideal posterior on simulated repeats of the scored flights.
- `cramer_rao`: the Cramér-Rao bound of a flight.
- `propagation`: errors of propagation models on a real flight.
- `tables`: tables of results, from the scores.

docs/explanation/evaluation.md and docs/explanation/limits.md explain the choices.
"""
