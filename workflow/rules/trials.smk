# Trials: makes results/flights/{trial}.parquet from a flight log or by the field model.


rule trajectory:
    """Sample the simulated trajectory, the paper's spiral."""
    output:
        "results/trajectory.parquet",
    log:
        "results/logs/trajectory.log",
    benchmark:
        "results/benchmarks/trajectory.tsv"
    conda:
        "../../envs/trials.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("scenario", "spiral"),
        code=plan.code("trajectory.py"),
    script:
        "../scripts/trajectory.py"


# The nodes of a cluster may have no internet access, so this runs where Snakemake runs.
localrules:
    fetch,


# The job reads afar.folder or RFSL_AFAR_DIR only while it runs, so naming another folder later does
# not fetch the file again.
rule fetch:
    """Fetch a public file, or copy it from a folder that has it, and check its size and SHA-256."""
    output:
        "data/afar/{file}",
    log:
        "results/logs/fetch/{file}.log",
    benchmark:
        "results/benchmarks/fetch/{file}.tsv"
    wildcard_constraints:
        file=plan.any_of(list(plan.registry)),
    conda:
        "../../envs/trials.yaml"
    resources:
        mem_mb=growing(500),
        runtime=growing(5),
    script:
        "../scripts/fetch.py"


rule read_flight:
    """Read the log of a trial into a flight of the common form."""
    input:
        lambda wildcards: plan.log_path(wildcards.trial),
    output:
        "results/flights/{trial}.parquet",
    log:
        "results/logs/flights/{trial}.log",
    benchmark:
        "results/benchmarks/flights/{trial}.tsv"
    wildcard_constraints:
        trial=plan.any_of(plan.logged_trials()),
    conda:
        "../../envs/trials.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("scenario", "flights"),
        trial=lambda wildcards: plan.trials[wildcards.trial].model_dump(),
        code=plan.code("read_flight.py"),
    script:
        "../scripts/read_flight.py"


# The same without a limit of its length, for estimates from whole flights.
use rule read_flight as read_whole_flight with:
    output:
        "results/flights/whole/{trial}.parquet",
    log:
        "results/logs/flights/whole/{trial}.log",
    benchmark:
        "results/benchmarks/flights/whole/{trial}.tsv"
    params:
        flights=plan.whole_flights_params(),


rule embed_flight:
    """Make a synthetic flight by the field model."""
    input:
        trajectory=rules.trajectory.output[0],
    output:
        "results/flights/{trial}.parquet",
    log:
        "results/logs/flights/{trial}.log",
    benchmark:
        "results/benchmarks/flights/{trial}.tsv"
    wildcard_constraints:
        trial=plan.any_of(plan.embedded_trials()),
    conda:
        "../../envs/trials.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("seed", "scenario", "flights", "embedded", "propagation.legs"),
        trial=lambda wildcards: plan.trials[wildcards.trial].model_dump(),
        code=plan.code("embed_flight.py"),
    script:
        "../scripts/embed_flight.py"
