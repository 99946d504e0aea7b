# Calibration: fits leg loss, gain, shadowing and receiver to flights at other locations than the fold's,
# and writes results/calibration/{fold}.json. Fold `all` leaves nothing out.


rule calibrate:
    """Fit leg loss, gain, shadowing and receiver to the flights at other locations."""
    input:
        flights=lambda wildcards: expand(
            "results/flights/{trial}.parquet", trial=plan.calibration_trials(wildcards.fold)
        ),
        antennas=plan.antenna_files("enhanced_two_ray"),
    output:
        "results/calibration/{fold}.json",
    log:
        "results/logs/calibration/{fold}.log",
    benchmark:
        "results/benchmarks/calibration/{fold}.tsv"
    conda:
        "../../envs/calibration.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        **plan.params("seed", "scenario", "flights"),
        propagation=plan.propagation_params("enhanced_two_ray"),
        calibration=plan.calibration_params(),
        code=plan.code("calibrate.py"),
    script:
        "../scripts/calibrate.py"


rule calibration_table:
    """Write the table of the calibrations."""
    input:
        calibrations=expand(rules.calibrate.output[0], fold=plan.compared_folds()),
    output:
        table=report(
            "results/tables/calibration.tsv",
            caption="../report/calibration.rst",
            category="Propagation",
            labels=plan.report.labels("calibration", "table"),
        ),
    log:
        "results/logs/calibration/table.log",
    benchmark:
        "results/benchmarks/calibration/table.tsv"
    conda:
        "../../envs/calibration.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        code=plan.code("calibration_table.py"),
    script:
        "../scripts/calibration_table.py"
