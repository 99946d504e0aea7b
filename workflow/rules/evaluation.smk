# Evaluation: every trial is scored with the networks whose calibration left its location out.


rule evaluate:
    input:
        trajectory=rules.trajectory.output[0],
        flights=expand("results/flights/{trial}.parquet", trial=plan.config.trials.evaluate),
        weights=lambda wildcards: expand(
            rules.train.output.weights,
            mode=wildcards.mode,
            fold=plan.folds(wildcards.mode),
            seed=plan.training_seeds(),
        ),
    output:
        "results/evaluation/{mode}.parquet",
    log:
        "results/logs/evaluation/{mode}.log",
    benchmark:
        "results/benchmarks/evaluation/{mode}.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        **plan.params("flights"),
        settings=lambda wildcards: plan.representation_params(
            plan.config.modes[wildcards.mode].representation
        ),
        weights=lambda wildcards: {
            trial: expand(
                rules.train.output.weights,
                mode=wildcards.mode,
                fold=plan.fold(wildcards.mode, trial),
                seed=plan.training_seeds(),
            )
            for trial in plan.config.trials.evaluate
        },
        code=plan.code("evaluate.py"),
    script:
        "../scripts/evaluate.py"
