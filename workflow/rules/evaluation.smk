# Evaluation: scores the trials of a fold at one time, with networks whose calibration left out their
# location or with a classical localizer, and writes results/evaluation/{mode}/{fold}/{after_s}s.parquet.


rule evaluate:
    """Score a trained mode on the trials of a fold."""
    input:
        trajectory=rules.trajectory.output[0],
        flights=lambda wildcards: plan.fold_flights(wildcards.mode, wildcards.fold),
        networks=lambda wildcards: expand(
            "{folder}/{name}",
            folder=plan.networks(**wildcards),
            name=["model.safetensors", "summary.json"],
        ),
    output:
        "results/evaluation/{mode}/{fold}/{after_s}s.parquet",
    log:
        "results/logs/evaluation/{mode}/{fold}/{after_s}s.log",
    benchmark:
        "results/benchmarks/evaluation/{mode}/{fold}/{after_s}s.tsv"
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
        networks=lambda wildcards: plan.networks(**wildcards),
        after_s=lambda wildcards: int(wildcards.after_s),
        code=plan.code("evaluate.py"),
    script:
        "../scripts/evaluate.py"


rule locate:
    """Score a classical mode on the trials of a fold."""
    input:
        flights=lambda wildcards: plan.fold_flights(wildcards.mode, wildcards.fold),
        fitted=lambda wildcards: listed(plan.fitted_files(wildcards.mode, wildcards.fold)),
        antennas=lambda wildcards: plan.mode_antenna_files(wildcards.mode),
    output:
        "results/evaluation/{mode}/{fold}/{after_s}s.parquet",
    log:
        "results/logs/evaluation/{mode}/{fold}/{after_s}s.log",
    benchmark:
        "results/benchmarks/evaluation/{mode}/{fold}/{after_s}s.tsv"
    wildcard_constraints:
        mode=plan.any_of(plan.classical_modes()),
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        **plan.params("scenario", "flights", "localizers"),
        estimate_after_s=lambda wildcards: [int(wildcards.after_s)],
        mode=lambda wildcards: plan.localizer_params(wildcards.mode),
        folds=lambda wildcards: dict.fromkeys(
            plan.fold_trials(wildcards.mode, wildcards.fold), wildcards.fold
        ),
        fitted=lambda wildcards: {wildcards.fold: plan.fitted_files(wildcards.mode, wildcards.fold)},
        code=plan.code("locate.py"),
    script:
        "../scripts/locate.py"


# The same on all trials, at the many times that the figures of error against time and of coverage show.
use rule locate as locate_over_time with:
    input:
        flights=expand("results/flights/{trial}.parquet", trial=plan.config.trials.evaluate),
        fitted=lambda wildcards: plan.mode_files(wildcards.mode),
        antennas=lambda wildcards: plan.mode_antenna_files(wildcards.mode),
    output:
        "results/evaluation/time/{mode}.parquet",
    log:
        "results/logs/evaluation/time/{mode}.log",
    benchmark:
        "results/benchmarks/evaluation/time/{mode}.tsv"
    params:
        estimate_after_s=plan.times_over_time_s(),
        folds=lambda wildcards: plan.trial_folds(wildcards.mode),
        fitted=lambda wildcards: plan.mode_fitted(wildcards.mode),


# The same on all trials, once from every whole flight.
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
        folds=lambda wildcards: plan.trial_folds(wildcards.mode),
        fitted=lambda wildcards: plan.mode_fitted(wildcards.mode),
