# Evaluation: scores every trial with networks whose calibration left out its location, and with
# classical localizers, and writes results/evaluation/{mode}.parquet.


rule evaluate:
    input:
        trajectory=rules.trajectory.output[0],
        flights=expand("results/flights/{trial}.parquet", trial=plan.config.trials.evaluate),
        networks=lambda wildcards: [
            f"{network['folder']}/{name}"
            for network in plan.networks(wildcards.mode)
            for name in ("model.safetensors", "summary.json")
        ],
    output:
        "results/evaluation/{mode}.parquet",
    log:
        "results/logs/evaluation/{mode}.log",
    benchmark:
        "results/benchmarks/evaluation/{mode}.tsv"
    wildcard_constraints:
        mode=plan.any_of(plan.network_modes()),
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        **plan.params("flights"),
        settings=lambda wildcards: plan.representations[plan.mode_representation(wildcards.mode)],
        networks=lambda wildcards: plan.networks(wildcards.mode),
        code=plan.code("evaluate.py"),
    script:
        "../scripts/evaluate.py"


rule locate:
    input:
        flights=expand("results/flights/{trial}.parquet", trial=plan.config.trials.evaluate),
        fitted=lambda wildcards: plan.mode_files(wildcards.mode),
        antennas=lambda wildcards: plan.mode_antenna_files(wildcards.mode),
    output:
        "results/evaluation/{mode}.parquet",
    log:
        "results/logs/evaluation/{mode}.log",
    benchmark:
        "results/benchmarks/evaluation/{mode}.tsv"
    wildcard_constraints:
        mode=plan.any_of(plan.classical_modes()),
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        **plan.params("scenario", "flights", "localizers", "trials.estimate_after_s"),
        mode=lambda wildcards: plan.localizer_params(wildcards.mode),
        folds=lambda wildcards: plan.trial_folds(wildcards.mode),
        fitted=lambda wildcards: plan.mode_fitted(wildcards.mode),
        code=plan.code("locate.py"),
    script:
        "../scripts/locate.py"


# The same, at the many times that the figures of error against time and of coverage show.
use rule locate as locate_over_time with:
    output:
        "results/evaluation/time/{mode}.parquet",
    log:
        "results/logs/evaluation/time/{mode}.log",
    benchmark:
        "results/benchmarks/evaluation/time/{mode}.tsv"
    params:
        estimate_after_s=plan.times_over_time_s(),


# The same, once from every whole flight.
use rule locate as locate_whole_flights with:
    input:
        flights=expand("results/flights/whole/{trial}.parquet", trial=plan.whole_trials()),
        fitted=lambda wildcards: plan.mode_files(wildcards.mode),
        antennas=lambda wildcards: plan.mode_antenna_files(wildcards.mode),
    output:
        "results/evaluation/whole/{mode}.parquet",
    log:
        "results/logs/evaluation/whole/{mode}.log",
    benchmark:
        "results/benchmarks/evaluation/whole/{mode}.tsv"
    params:
        flights=plan.whole_flights_params(),
        estimate_after_s=[WHOLE_S],
