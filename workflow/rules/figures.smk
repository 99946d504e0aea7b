# Figures, each with the table that it draws.


rule fig1:
    input:
        trajectory=rules.trajectory.output[0],
        flights=expand("results/flights/{trial}.parquet", trial=plan.compared_trials()),
    output:
        pdf="results/figures/fig1.pdf",
        png="results/figures/fig1.png",
    log:
        "results/logs/figures/fig1.log",
    benchmark:
        "results/benchmarks/figures/fig1.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        **plan.params("scenario"),
        code=plan.code("fig1.py"),
    script:
        "../scripts/fig1.py"


rule fig4a:
    input:
        flight=f"results/flights/{plan.clustered_trial()}.parquet",
    output:
        pdf="results/figures/fig4a.pdf",
        png="results/figures/fig4a.png",
    log:
        "results/logs/figures/fig4a.log",
    benchmark:
        "results/benchmarks/figures/fig4a.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=plan.params("preprocessing.clustered")["clustered"],
        code=plan.code("fig4a.py"),
    script:
        "../scripts/fig4a.py"


rule fig5:
    input:
        errors=expand(rules.propagation_errors.output[0], trial=plan.compared_trials()),
    output:
        pdf="results/figures/fig5.pdf",
        png="results/figures/fig5.png",
        table="results/tables/fig5.tsv",
    log:
        "results/logs/figures/fig5.log",
    benchmark:
        "results/benchmarks/figures/fig5.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        trials={
            name: plan.trials[name].model_dump(include={"location", "kind"})
            for name in plan.compared_trials()
        },
        code=plan.code("fig5.py"),
    script:
        "../scripts/fig5.py"


rule legs:
    input:
        errors=expand(rules.propagation_errors.output[0], trial=plan.compared_trials()),
        calibrations=expand(rules.calibrate.output[0], fold=plan.compared_folds()),
    output:
        pdf="results/figures/legs.pdf",
        png="results/figures/legs.png",
    log:
        "results/logs/figures/legs.log",
    benchmark:
        "results/benchmarks/figures/legs.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        **plan.params("propagation.legs"),
        trials={
            name: plan.trials[name].model_dump(include={"location", "kind"})
            for name in plan.compared_trials()
        },
        code=plan.code("legs.py"),
    script:
        "../scripts/legs.py"


rule fig6a:
    input:
        evaluations=expand(
            "results/evaluation/{mode}.parquet", mode=plan.config.figures.fig6a.modes
        ),
        published=plan.config.figures.fig6a.published or [],
    output:
        pdf="results/figures/fig6a.pdf",
        png="results/figures/fig6a.png",
        table="results/tables/fig6a.tsv",
    log:
        "results/logs/figures/fig6a.log",
    benchmark:
        "results/benchmarks/figures/fig6a.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        trials=plan.config.trials.evaluate,
        labels={mode: plan.config.modes[mode].label for mode in plan.config.figures.fig6a.modes},
        code=plan.code("fig6a.py"),
    script:
        "../scripts/fig6a.py"
