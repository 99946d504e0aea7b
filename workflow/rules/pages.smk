# Interactive pages: each is one HTML file that a browser opens without a network.


# Each page has only one label. The report would turn a second label with two values into a switch,
# and would fail if some pair of values has no page.
rule replay:
    """Make the page that replays a trial."""
    input:
        flight="results/flights/{trial}.parquet",
        fitted=lambda wildcards: listed(plan.replay.fitted(wildcards.trial)),
        antennas=plan.mode_antenna_files(plan.replay.mode),
    output:
        report(
            "results/pages/replay_{trial}.html",
            category="Localization",
            subcategory="Interactive pages",
            caption="../report/replay.rst",
            labels={"page": "{trial} replayed"},
        ),
    log:
        "results/logs/pages/replay_{trial}.log",
    benchmark:
        "results/benchmarks/pages/replay_{trial}.tsv"
    conda:
        "../../envs/pages.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("scenario", "flights", "localizers", "figures.replay.times_s"),
        mode=plan.localizer_params(plan.replay.mode),
        fitted=lambda wildcards: plan.replay.fitted(wildcards.trial),
        described=lambda wildcards: plan.replay.described(wildcards.trial),
        code=plan.code("replay.py"),
    script:
        "../scripts/replay.py"


rule error_time_page:
    """Make the page of the error against time."""
    input:
        table=rules.error_time.output.table,
    output:
        report(
            "results/pages/error_time.html",
            category="Localization",
            subcategory="Interactive pages",
            caption="../report/error_time_page.rst",
            labels={"page": "error against time"},
        ),
    log:
        "results/logs/pages/error_time.log",
    benchmark:
        "results/benchmarks/pages/error_time.tsv"
    conda:
        "../../envs/pages.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        colors=plan.colors(plan.config.figures.error_time.modes),
        code=plan.code("error_time_page.py"),
    script:
        "../scripts/error_time_page.py"
