# Propagation: how well each model predicts the measured RSS of a flight, with the calibration that
# left out its location; written to results/propagation/{trial}.parquet.


rule propagation_errors:
    """Compare the RSS of a trial with what each propagation model predicts."""
    input:
        flight="results/flights/{trial}.parquet",
        calibration=lambda wildcards: rules.calibrate.output[0].format(
            fold=plan.trials[wildcards.trial].location
        ),
        antennas=plan.antenna_files("enhanced_two_ray"),
    output:
        "results/propagation/{trial}.parquet",
    log:
        "results/logs/propagation/{trial}.log",
    benchmark:
        "results/benchmarks/propagation/{trial}.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        **plan.params("scenario", "flights"),
        models={name: plan.propagation_params(name) for name in plan.config.figures.fig5.models},
        code=plan.code("propagation_errors.py"),
    script:
        "../scripts/propagation_errors.py"
