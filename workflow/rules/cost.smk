# Where time and memory went, from what Snakemake measured of the jobs that have run:
#   snakemake --cores 1 results/figures/cost.pdf


rule cost:
    input:
        benchmarks=benchmark_files("results/benchmarks"),
    output:
        pdf="results/figures/cost.pdf",
        png=report(
            "results/figures/cost.png",
            caption="../report/cost.rst",
            category="Cost",
            labels=plan.report.labels("cost", "figure"),
        ),
        table=report(
            "results/tables/cost.tsv",
            caption="../report/cost.rst",
            category="Cost",
            labels=plan.report.labels("cost", "table"),
        ),
    log:
        "results/logs/figures/cost.log",
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        code=plan.code("cost.py"),
    script:
        "../scripts/cost.py"
