"""How each command of the pages is tested, and why not for real where it is not.

Most follows from the command: targets of make are tried with `make -n`, files that the small run
makes are looked for, commands on the real flights are run dry, and the commands of the tutorial and
of the recipes are run for real. `COMMANDS` holds the others.
"""

from __future__ import annotations

from functools import cache

from support.checkouts import TARGETS
from support.pages import PAGES, blocks, commands, shell_lines

RUN = "run for real, in the order of its page, in a copy of the checkout"
SMALL = "run for real by the session's small run of the workflow"
DRY = "snakemake -n in a copy of the checkout, with the config that the command names"
PARSED = "its own parser takes it"
MADE = "make -n"
TRAINING = "trains networks for minutes or hours at its own size"
REAL = "fetches the real flights"
INSTALLS = "installs packages"
WHEEL = "installs packages; tests/project/test_wheel.py does without a network"
CLUSTER = "needs Slurm; tests/end_to_end/test_slurm.py runs it where there is one"
USER = "the log is the user's; the tutorial runs it on one"
LIVE = "the flight is the user's; tests/live flies some"
CALIBRATED = "the logs are the user's; tests/fixes/test_calibrations.py runs it on some"
PLANNED = "the fence is the user's; tests/fixes/test_planned.py plans within one"
FIG6A = "results/figures/fig6a.pdf"
#: Of commands whose config has real flights.
REAL_CONFIGS = ("config/afar.yaml", "config/fields/")
REAL_LOG = "data/afar/results_useful_ori_exp_309_loc_2.mat"
TUTORIAL = "docs/tutorial.md"
CHANGES = "docs/how-to/rerun.md"
RECIPES = sorted(page for page in PAGES if "/add-" in page)
COMMANDS: dict[str, tuple[str, str]] = {
    "snakemake --cores 8 pages": (DRY, "tests/pages/test_pages.py makes them"),
    ".venv/bin/pre-commit install": (PARSED, "edits the repository"),
    "source .venv/bin/activate": (PARSED, INSTALLS),
    "pip install .": (PARSED, WHEEL),
    'pip install ".[positions]"': (PARSED, WHEEL),
    'pip install ".[live]"': (PARSED, INSTALLS),
    'pip install ".[gis]"': (PARSED, WHEEL),
    'pip install ".[all]"': (PARSED, WHEEL),
    "export RFSL_AFAR_DIR=/where/they/are": (PARSED, "a folder of the user's"),
    # The tutorial and the page on changes.
    f"rfsl localize {REAL_LOG} --output real": (PARSED, REAL),
    f"rfsl localize {REAL_LOG} --calibration aerpaw --output calibrated": (PARSED, REAL),
    f"snakemake --cores 8 {FIG6A} --configfile=smoother.yaml": (
        PARSED,
        "is run dry by the command before it",
    ),
    f"snakemake --cores 8 --touch {FIG6A} --configfile=smoother.yaml": (
        PARSED,
        "tests/end_to_end/test_reruns.py touches a finished checkout",
    ),
    # A flight of the user's.
    "rfsl localize": (PARSED, "the command by its name"),
    "rfsl localize PATH": (PARSED, USER),
    "rfsl localize PATH PATH": (PARSED, USER),
    "rfsl localize monday.csv tuesday.csv": (PARSED, USER),
    "rfsl localize a.csv b.csv": (PARSED, USER),
    "rfsl live": (PARSED, "the command by its name"),
    "rfsl live --page": (PARSED, LIVE),
    "rfsl live --follow LOG": (PARSED, LIVE),
    "rfsl live --replay LOG --speed 10": (PARSED, LIVE),
    "rfsl live --replay LOG --speed 10 --page": (PARSED, LIVE),
    "rfsl live --stdin": (PARSED, LIVE),
    "rfsl live --udp 5005 --mavlink udp:127.0.0.1:14550": (PARSED, LIVE),
    "rfsl serve": (PARSED, "tests/live/test_page.py runs it"),
    "rfsl calibrate": (PARSED, "the command by its name"),
    "rfsl calibrate TABLE": (PARSED, CALIBRATED),
    'rfsl calibrate trials.tsv --about "my quadcopter, 915 MHz" --frequency 915e6': (
        PARSED,
        CALIBRATED,
    ),
    "rfsl localize PATH --calibration calibration.json": (PARSED, CALIBRATED),
    "rfsl plan": (PARSED, "the command by its name"),
    "rfsl plan --fence fence.kml --output first.plan": (PARSED, PLANNED),
    "rfsl plan flown.csv --fence fence.kml --output next.plan --force": (PARSED, PLANNED),
    "snakemake --cores 2 results/localize/NAME/fix.json --config flight=PATH": (DRY, USER),
    # Figures and tables, on the default config.
    "snakemake --cores 8": (DRY, TRAINING),
    f'snakemake --cores 8 {FIG6A} --config "figures={{width: column, titles: false}}"': (
        DRY,
        TRAINING,
    ),
    "snakemake --cores 8 results/figures/cost.pdf": (DRY, "shows whatever has run"),
    "snakemake --cores 8 results/tables/localizers.tsv": (DRY, TRAINING),
    "snakemake --cores 8 results/tables/complexity.tsv": (DRY, "measures latency for a while"),
    "snakemake --cores 2 results/tables/complexity.tsv": (DRY, "measures latency for a while"),
    f"snakemake -n {FIG6A}": (DRY, "is a dry run"),
    f"snakemake --cores 8 --forcerun train -- {FIG6A}": (DRY, TRAINING),
    "snakemake -n results/figures/heatmap_coverage.pdf --configfile=config/radio_maps.yaml": (
        DRY,
        "tests/end_to_end/test_map_folder.py makes it of a self-made folder",
    ),
    "snakemake --cores 2 results/figures/fields.pdf --configfile config/fields/afar_all.yaml "
    "theirs.yaml": (PARSED, "tests/end_to_end/test_fields.py scores such a file"),
    "snakemake --unlock": (PARSED, "nothing is locked"),
    "snakemake --list-rules": (DRY, "runs nothing"),
    f"snakemake -s PATH/Snakefile {FIG6A}": (
        PARSED,
        "tests/end_to_end/test_other_folders.py does it",
    ),
    # A cluster.
    f"snakemake --profile slurm {FIG6A}": (PARSED, CLUSTER),
    "snakemake --profile slurm --default-resources slurm_account=me slurm_partition=short -- "
    + FIG6A: (PARSED, CLUSTER),
}


@cache
def way_of(command: str) -> str:
    """How a command is tested; empty where nothing says how."""
    words = command.split()
    if command in COMMANDS:
        return COMMANDS[command][0]
    if words[0] == "make":
        return MADE
    if words[0] == "snakemake" and any(name in command for name in REAL_CONFIGS):
        return DRY
    if words[:2] == ["snakemake", "--cores"] and len(words) == 4 and words[3] in TARGETS:
        return SMALL
    return RUN if command in _followed() else ""


def commands_by(how: str) -> list[str]:
    """Every command of the pages that is tested that way."""
    found = dict.fromkeys(command for page in PAGES for command in commands(page))
    return [command for command in found if way_of(command) == how]


@cache
def _followed() -> frozenset[str]:
    """Commands in blocks of the pages that are followed from their first line to the last."""
    return frozenset(
        line
        for page in (TUTORIAL, CHANGES, *RECIPES)
        for block in blocks(page)
        if block.language == "sh"
        for line in shell_lines(block)
    )
