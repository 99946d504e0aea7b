# Figures, each with the table that it draws.


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
