# Where the limit is: the Cramér-Rao bound of every trial, as results/evaluation/bounds.parquet.


rule bounds:
    input:
        flights=expand("results/flights/{trial}.parquet", trial=plan.config.trials.evaluate),
        calibrations=expand(rules.calibrate.output[0], fold=plan.scored_folds()),
    output:
        "results/evaluation/bounds.parquet",
    log:
        "results/logs/evaluation/bounds.log",
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
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
