# uav-rfsl: find a hidden radio transmitter from what a UAV measured in flight.
#
#   snakemake --cores 8 results/figures/fig6a.pdf                                 synthetic trials
#   snakemake --cores 8 results/figures/fig6a.pdf --configfile=config/afar.yaml   real flights
#
# config/README.md describes every key; each file of workflow/rules/ is one stage.

import os
import sys
import time
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.0")


CHECKOUT = Path(workflow.current_basedir)
DEFAULTS = Path("config/config.yaml")


# The working directory may have none: the workflow runs in any folder.
configfile: str(DEFAULTS if DEFAULTS.exists() else CHECKOUT / DEFAULTS)


# Jobs import the package from this checkout, even inside the conda environment of a stage.
SOURCE = CHECKOUT / "src"
sys.path.insert(0, str(SOURCE))
os.environ.update(PYTHONPATH=str(SOURCE), MPLBACKEND="Agg")

from rfsl.errors import RfslError
from rfsl.io.writing import check_writable
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.resources import benchmark_digests, growing
from rfsl.workflow.plan.core import WHOLE_S, listed
from rfsl.workflow.plan.scores import joined
from rfsl.workflow.plan.targets import asked_for, check_targets
from rfsl.workflow.versions import made_since

try:
    check_writable("results")
    plan = Plan.of(config)
except RfslError as error:
    raise WorkflowError(str(error)) from None


STARTED_S = time.time()


onsuccess:
    print(made_since("results", STARTED_S), file=sys.stderr)


wildcard_constraints:
    trial="[A-Za-z0-9_-]+",
    fold="[A-Za-z0-9_-]+",
    field="[A-Za-z0-9_-]+",
    estimator="[A-Za-z0-9_-]+",
    team="[A-Za-z0-9_-]+",
    policy="[A-Za-z0-9_-]+",
    mode="[A-Za-z0-9_-]+",
    propagation="[A-Za-z0-9_-]+",
    network="[A-Za-z0-9_-]+",
    representation="[A-Za-z0-9_-]+",
    split="train|validation|test",
    shard=r"\d+",
    after_s=r"\d+",
    seed=r"\d+",


include: "workflow/rules/trials.smk"
include: "workflow/rules/calibration.smk"
include: "workflow/rules/propagation.smk"
include: "workflow/rules/simulation.smk"
include: "workflow/rules/preprocessing.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/set_network.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/fields.smk"
include: "workflow/rules/heatmaps.smk"
include: "workflow/rules/limits.smk"
include: "workflow/rules/planning.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/pages.smk"
include: "workflow/rules/localize.smk"
include: "workflow/rules/cost.smk"
include: "workflow/rules/report.smk"


rule all:
    """Make the figures and tables of the flights (the default)."""
    default_target: True
    input:
        rules.fig1.output,
        rules.fig4a.output,
        rules.fig5.output,
        rules.legs.output,
        rules.fig6a.output,
        rules.fig6b.output,
        rules.fig6c.output,
        rules.error_time.output,
        rules.clustering.output,
        rules.calibration_table.output,
        rules.complexity.output,
        rules.settings.output,


rule pages:
    """Make the pages for a browser."""
    input:
        expand(rules.replay.output, trial=plan.replay.trials()),
        rules.error_time_page.output,


rule everything:
    """Make `all` and the rest: radio maps, every mode on every trial, simulated flights, planners."""
    input:
        rules.all.input,
        rules.heatmap.output,
        rules.heatmap_panels.output,
        rules.completion.output,
        rules.whole_maps.output,
        rules.heatmap_original.output,
        rules.localizers.output,
        rules.simulated.output,
        rules.planning.output,
        rules.coverage.output,
        rules.pages.input,


# A module's rules are asked for by the workflow that uses it.
if CHECKOUT == Path(workflow.basedir):
    try:
        check_targets(
            plan,
            asked_for(sys.argv),
            [str(file) for rule in workflow.rules for file in rule.output],
            {rule.name for rule in workflow.rules},
        )
    except RfslError as error:
        raise WorkflowError(str(error)) from None
