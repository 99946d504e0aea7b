# Training: one network per mode, fold and seed, from simulated sources alone.


rule train:
    input:
        trajectory=rules.trajectory.output[0],
        splits=lambda wildcards: expand(
            rules.features.output[0],
            representation=plan.config.modes[wildcards.mode].representation,
            propagation=plan.config.modes[wildcards.mode].propagation,
            fold=wildcards.fold,
            split=["train", "validation", "test"],
        ),
    output:
        weights="results/models/{mode}/{fold}/seed{seed}/model.safetensors",
        history="results/models/{mode}/{fold}/seed{seed}/history.csv",
        summary="results/models/{mode}/{fold}/seed{seed}/summary.json",
    log:
        "results/logs/models/{mode}/{fold}/seed{seed}.log",
    benchmark:
        "results/benchmarks/models/{mode}/{fold}/seed{seed}.tsv"
    conda:
        "../../envs/training.yaml"
    # One thread: sums over several would round differently from run to run.
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        **plan.params("seed", "scenario"),
        settings=lambda wildcards: plan.representation_params(
            plan.config.modes[wildcards.mode].representation
        ),
        training=plan.training_params(),
        code=plan.code("train.py"),
    script:
        "../scripts/train.py"


rule complexity:
    output:
        table="results/tables/complexity.tsv",
    log:
        "results/logs/complexity.log",
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        code=plan.code("complexity.py"),
    script:
        "../scripts/complexity.py"
