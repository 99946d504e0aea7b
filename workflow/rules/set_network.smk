# Set networks: trains them for each fold on flights drawn from its calibration, and fits how they
# are combined with kriging. Fold `all` leaves nothing out; it is for flights over unknown sources.


rule train_set_network:
    """Train one set network of a fold and seed."""
    input:
        calibration=rules.calibrate.output[0],
    output:
        weights="results/models/set_network/{fold}/seed{seed}/model.safetensors",
        summary="results/models/set_network/{fold}/seed{seed}/summary.json",
    log:
        "results/logs/models/set_network/{fold}/seed{seed}.log",
    benchmark:
        "results/benchmarks/models/set_network/{fold}/seed{seed}.tsv"
    conda:
        "../../envs/training.yaml"
    # One thread: with several threads, sums would round differently from run to run.
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **plan.params("seed", "scenario", "flight_simulation"),
        **plan.params("localizers.cell_m", "localizers.position_std_m"),
        training=plan.set_training_params(),
        code=plan.code("train_set_network.py"),
    script:
        "../scripts/train_set_network.py"


rule pool:
    """Fit how kriging and the set networks of a fold are combined."""
    input:
        calibration=rules.calibrate.output[0],
        weights=lambda wildcards: plan.set_weights(wildcards.fold),
    output:
        "results/models/set_network/{fold}/pool.json",
    log:
        "results/logs/models/set_network/{fold}/pool.log",
    benchmark:
        "results/benchmarks/models/set_network/{fold}/pool.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(60),
    params:
        **plan.params("seed", "scenario", "flight_simulation", "localizers"),
        set_cell_m=plan.config.set_network.cell_m,
        code=plan.code("pool.py"),
    script:
        "../scripts/pool.py"
