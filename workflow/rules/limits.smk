# Limits of accuracy: the Cramér-Rao bound of every trial, the ideal posterior on redraws of the scored
# flights, and errors on simulated flights.


rule bounds:
    """Compute the Cramér-Rao bound of each trial."""
    input:
        flights=expand("results/flights/{trial}.parquet", trial=plan.config.trials.evaluate),
        calibrations=expand(rules.calibrate.output[0], fold=plan.scored_folds()),
    output:
        "results/evaluation/bounds.parquet",
    log:
        "results/logs/evaluation/bounds.log",
    benchmark:
        "results/benchmarks/evaluation/bounds.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params(
            "flights",
            "scenario.source_height_m",
            "localizers.cell_m",
            "trials.estimate_after_s",
        ),
        folds=plan.scored_folds(),
        code=plan.code("bounds.py"),
    script:
        "../scripts/bounds.py"


rule redrawn:
    """Score the ideal posterior on the scored flights, with their RSS redrawn many times."""
    input:
        flights=expand("results/flights/{trial}.parquet", trial=plan.config.trials.evaluate),
        calibrations=expand(rules.calibrate.output[0], fold=plan.scored_folds()),
    output:
        "results/evaluation/redrawn.parquet",
    log:
        "results/logs/evaluation/redrawn.log",
    benchmark:
        "results/benchmarks/evaluation/redrawn.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        **plan.params(
            "seed",
            "scenario",
            "flights",
            "localizers",
            "trials.estimate_after_s",
            "figures.simulated.redraws",
        ),
        flight_simulation=plan.simulated.flights,
        folds=plan.scored_folds(),
        code=plan.code("redrawn.py"),
    script:
        "../scripts/redrawn.py"


# Only seed, split and number determine a flight, so all modes see the same flights.
rule simulated_localization:
    """Score a classical mode on simulated flights, drawn from the calibration of a fold."""
    input:
        calibration=rules.calibrate.output[0],
        fitted=lambda wildcards: listed(plan.fitted_files(wildcards.mode, wildcards.fold)),
        antennas=lambda wildcards: plan.mode_antenna_files(wildcards.mode),
    output:
        "results/evaluation/simulated/{mode}/{fold}.parquet",
    log:
        "results/logs/evaluation/simulated/{mode}/{fold}.log",
    benchmark:
        "results/benchmarks/evaluation/simulated/{mode}/{fold}.tsv"
    wildcard_constraints:
        mode=plan.any_of(plan.simulated.modes),
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        **plan.params("seed", "scenario", "flights", "localizers"),
        flight_simulation=plan.simulated.flights,
        mode=lambda wildcards: plan.localizer_params(wildcards.mode),
        fitted=lambda wildcards: plan.fitted_files(wildcards.mode, wildcards.fold),
        code=plan.code("simulated_localization.py"),
    script:
        "../scripts/simulated_localization.py"


rule simulated_ideal:
    """Score an estimator that knows the gain of each simulated flight."""
    input:
        calibration=rules.calibrate.output[0],
    output:
        "results/evaluation/simulated/ideal/{fold}.parquet",
    log:
        "results/logs/evaluation/simulated/ideal/{fold}.log",
    benchmark:
        "results/benchmarks/evaluation/simulated/ideal/{fold}.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        **plan.params("seed", "scenario", "flights", "localizers"),
        flight_simulation=plan.simulated.flights,
        code=plan.code("simulated_ideal.py"),
    script:
        "../scripts/simulated_ideal.py"


rule simulated:
    """Write the table of errors on simulated flights."""
    input:
        scores=expand(
            "results/evaluation/simulated/{mode}/{fold}.parquet",
            mode=plan.simulated.labels,
            fold=plan.simulated.folds,
        ),
    output:
        table=report(
            "results/tables/simulated.tsv",
            caption="../report/simulated.rst",
            category="Localization",
            labels=plan.report.labels("simulated", "table"),
        ),
    log:
        "results/logs/evaluation/simulated.log",
    benchmark:
        "results/benchmarks/evaluation/simulated.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("seed"),
        labels=plan.simulated.labels,
        modes=[mode for mode in plan.simulated.labels for _ in plan.simulated.folds],
        code=plan.code("simulated.py"),
    script:
        "../scripts/simulated.py"


rule coverage:
    """Draw how often regions hold the source, and write the table."""
    input:
        evaluations=joined(plan.scores.coverage()),
        whole=joined(plan.scores.whole_flights()),
        simulated=expand(
            "results/evaluation/simulated/{mode}/{fold}.parquet",
            mode=plan.config.figures.coverage.modes,
            fold=plan.simulated.folds,
        ),
    output:
        pdf="results/figures/coverage.pdf",
        png=report(
            "results/figures/coverage.png",
            caption="../report/coverage.rst",
            category="Localization",
            labels=plan.report.labels("coverage", "figure"),
        ),
        table=report(
            "results/tables/coverage.tsv",
            caption="../report/coverage.rst",
            category="Localization",
            labels=plan.report.labels("coverage", "table"),
        ),
    log:
        "results/logs/figures/coverage.log",
    benchmark:
        "results/benchmarks/figures/coverage.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        evaluations=plan.scores.coverage(),
        whole=plan.scores.whole_flights(),
        labels=plan.labels(plan.config.figures.coverage.modes),
        colors=plan.colors(plan.config.figures.coverage.modes),
        modes=[mode for mode in plan.config.figures.coverage.modes for _ in plan.simulated.folds],
        times_s=plan.config.figures.coverage.times_s,
        look=plan.look(),
        code=plan.code("coverage.py"),
    script:
        "../scripts/coverage.py"
