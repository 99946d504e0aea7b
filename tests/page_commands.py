"""How each command of the pages is tested, and why not for real where it is not."""

from __future__ import annotations

RUN = "run for real, in the order of its page, in a copy of the checkout"
SMALL = "run for real by the session's small run of the workflow"
DRY = "snakemake -n in a copy of the checkout, with the config that the command names"
PARSED = "its own parser takes it"
MADE = "make -n"
TRAINING = "trains networks for minutes or hours at its own size"
REAL = "fetches the real flights"
INSTALLS = "installs packages"
CLUSTER = "needs Slurm; tests/test_slurm.py runs it where there is one"
USER = "the log is the user's; the tutorial runs it on one"
FIG6A = "results/figures/fig6a.pdf"
AFAR = "--configfile config/afar.yaml"
COMMANDS: dict[str, tuple[str, str]] = {
    "make figures": (MADE, TRAINING),
    "make real": (MADE, REAL),
    "make test": (MADE, "is this"),
    "make check": (MADE, "format, lint and types"),
    "make format": (MADE, "edits the sources"),
    "make docs": (MADE, "test_the_site_builds does the same"),
    "make bench": (MADE, "benchmarks of minutes"),
    "make report": (MADE, TRAINING),
    "make bench-paper": (MADE, "a benchmark of a quarter of an hour"),
    "snakemake --cores 8 pages": (DRY, "tests/test_pages.py makes them"),
    "snakemake --cores 2 results/pages/replay_synthetic_1.html": (SMALL, ""),
    "snakemake --cores 2 results/pages/error_time.html": (SMALL, ""),
    "snakemake --cores 2 results/pages/replay_afar_309_2.html " + AFAR: (DRY, REAL),
    "make lock": (MADE, "needs the network"),
    "make environment": (MADE, INSTALLS),
    ".venv/bin/pre-commit install": (PARSED, "edits the repository"),
    "source .venv/bin/activate": (PARSED, INSTALLS),
    "export RFSL_AFAR_DIR=/where/they/are": (PARSED, "a folder of the user's"),
    # The tutorial and the recipes.
    "snakemake --cores 2 results/flights/synthetic_1.parquet results/flights/synthetic_2.parquet": (
        RUN,
        "",
    ),
    "python write_logs.py": (RUN, ""),
    "rfsl localize flight_1.csv": (RUN, ""),
    "python docs/images/flight_to_map.py flight_1.csv flight_to_map.png": (RUN, ""),
    "snakemake --cores 2 results/figures/fig6b.pdf --configfile mine.yaml": (RUN, ""),
    "snakemake -n results/figures/fig6b.pdf --configfile mine.yaml "
    '--config "localizers={cell_m: 20}"': (RUN, ""),
    "snakemake --cores 2 data/afar/results_useful_ori_exp_309_loc_2.mat " + AFAR: (DRY, REAL),
    "rfsl localize data/afar/results_useful_ori_exp_309_loc_2.mat": (PARSED, REAL),
    "python -m pytest tests/test_propagation.py -k log_distance": (RUN, ""),
    "snakemake -n results/figures/fig5.pdf results/figures/fig6a.pdf "
    "--configfile log_distance.yaml": (RUN, ""),
    "snakemake -n results/figures/fig6b.pdf results/figures/error_time.pdf "
    "--configfile my_modes.yaml": (RUN, ""),
    "snakemake -n results/figures/heatmap_coverage.pdf --configfile my_heatmap.yaml": (RUN, ""),
    "snakemake -n results/figures/clustering.pdf --configfile my_sweep.yaml": (RUN, ""),
    "rfsl localize flight_1.csv --config strong_cells.yaml": (RUN, ""),
    "snakemake -n results/figures/fig6b.pdf --configfile strong_cells.yaml": (RUN, ""),
    "python as_json_lines.py": (RUN, ""),
    "rfsl localize flight_1.jsonl": (RUN, ""),
    "snakemake -n results/figures/fig5.pdf --configfile my_antenna.yaml": (RUN, ""),
    "snakemake --cores 2 results/figures/distance_synthetic_1.pdf": (RUN, ""),
    "snakemake -n results/figures/fig6a.pdf --configfile smoother.yaml": (RUN, ""),
    f"snakemake --cores 8 {FIG6A} --configfile smoother.yaml": (
        PARSED,
        "is run dry by the command before it",
    ),
    # A flight of the user's.
    "rfsl localize": (PARSED, "the command by its name"),
    "rfsl localize PATH": (PARSED, USER),
    "snakemake --cores 2 results/localize/NAME/fix.json --config flight=PATH": (DRY, USER),
    f"snakemake --cores 2 results/localize/NAME/fix.json {AFAR} --config flight=PATH": (DRY, REAL),
    # Figures and tables, on the default config.
    **{
        f"snakemake --cores {cores} results/{target}": (SMALL, "")
        for cores, target in [
            *((2, "figures/fig6a.pdf"), (8, "figures/fig6a.pdf"), (8, "figures/fig1.pdf")),
            *((8, "figures/fig4a.pdf"), (8, "figures/fig5.pdf"), (8, "figures/legs.pdf")),
            *((8, "figures/fig6b.pdf"), (8, "figures/fig6c.pdf"), (8, "figures/error_time.pdf")),
            *((8, "figures/clustering.pdf"), (8, "tables/calibration.tsv")),
            *((8, "tables/simulated.tsv"), (8, "figures/heatmap_coverage.pdf")),
            *((2, "figures/heatmap_coverage.pdf"), (8, "figures/heatmap_panels.pdf")),
            (8, "tables/heatmap_completion.tsv"),
        ]
    },
    "snakemake --cores 8": (DRY, TRAINING),
    "snakemake --cores 8 results/figures/cost.pdf": (DRY, "shows whatever has run"),
    "snakemake --cores 8 results/tables/localizers.tsv": (DRY, TRAINING),
    "snakemake --cores 8 results/tables/complexity.tsv": (DRY, "measures latency for a while"),
    "snakemake --cores 2 results/tables/complexity.tsv": (DRY, "measures latency for a while"),
    f"snakemake -n {FIG6A}": (DRY, "is a dry run"),
    f"snakemake --cores 8 --forcerun train -- {FIG6A}": (DRY, TRAINING),
    "snakemake --unlock": (PARSED, "nothing is locked"),
    # The same on the real flights.
    **{
        f"snakemake --cores {cores} {targets} {AFAR}": (DRY, REAL)
        for cores, targets in [
            *(
                (8, FIG6A),
                (2, FIG6A),
                (2, "results/figures/fig1.pdf"),
                (2, "results/figures/fig4a.pdf"),
            ),
            *((2, "results/figures/fig6b.pdf"), (2, "results/figures/fig6c.pdf")),
            *((2, "results/figures/fig5.pdf"), (2, "results/figures/clustering.pdf")),
            *((2, "results/figures/error_time.pdf"), (2, "results/tables/localizers.tsv")),
            (2, "results/tables/calibration.tsv"),
            (2, "results/models/set_network/all/pool.json"),
            (
                2,
                "results/evaluation/bounds.parquet results/evaluation/redrawn.parquet "
                "results/tables/simulated.tsv",
            ),
            (
                2,
                "results/evaluation/proposal_rss_only.parquet "
                "results/evaluation/proposal_rss_only_free_space.parquet",
            ),
        ]
    },
    f"snakemake --cores 8 {FIG6A} {AFAR} config/paper.yaml": (DRY, REAL),
    f"snakemake --cores 2 results/figures/fig6b.pdf {AFAR} "
    '--config "calibration={shadowing: path_and_place}"': (DRY, REAL),
    # A cluster.
    f"snakemake --profile slurm {FIG6A}": (PARSED, CLUSTER),
    "snakemake --profile slurm --default-resources slurm_account=me slurm_partition=short -- "
    + FIG6A: (PARSED, CLUSTER),
}
