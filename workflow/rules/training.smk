# Training: one network per mode, fold, time of the estimate and seed, on simulated sources only.


rule train:
    """Train one RealAdaptRNet of a mode for one fold, time and seed."""
    input:
        trajectory=rules.trajectory.output[0],
        splits=lambda wildcards: expand(
            rules.features.output[0],
            representation=plan.mode_representation(wildcards.mode),
            propagation=plan.modes[wildcards.mode].propagation,
            fold=wildcards.fold,
            after_s=wildcards.after_s,
            split=["train", "validation", "test"],
        ),
    output:
        weights="results/models/{mode}/{fold}/{after_s}s/seed{seed}/model.safetensors",
        history="results/models/{mode}/{fold}/{after_s}s/seed{seed}/history.csv",
        summary="results/models/{mode}/{fold}/{after_s}s/seed{seed}/summary.json",
    log:
        "results/logs/models/{mode}/{fold}/{after_s}s/seed{seed}.log",
    benchmark:
        "results/benchmarks/models/{mode}/{fold}/{after_s}s/seed{seed}.tsv"
    wildcard_constraints:
        mode=plan.any_of(plan.network_modes()),
    conda:
        "../../envs/training.yaml"
    # One thread: with several threads, sums would round differently from run to run.
    threads: 1
    resources:
        gpu=plan.config.compute.gpus,
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **plan.params("seed", "scenario"),
        settings=lambda wildcards: plan.representations[plan.mode_representation(wildcards.mode)],
        after_s=lambda wildcards: int(wildcards.after_s),
        training=lambda wildcards: plan.training_params(wildcards.mode),
        device=plan.config.compute.device,
        code=plan.code("train.py"),
    script:
        "../scripts/train.py"


rule complexity:
    """Write the table of RealAdaptRNet's parameters, FLOPs and latency."""
    output:
        table=report(
            "results/tables/complexity.tsv",
            caption="../report/complexity.rst",
            category="Cost",
            labels=plan.report.labels("complexity", "table"),
        ),
    log:
        "results/logs/complexity.log",
    benchmark:
        "results/benchmarks/complexity.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        code=plan.code("complexity.py"),
    script:
        "../scripts/complexity.py"
