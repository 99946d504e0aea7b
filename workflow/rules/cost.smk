# Time and memory of each stage, as Snakemake measured them for the jobs that have run:
#   snakemake --cores 1 results/figures/cost.pdf


rule cost:
    """Draw time and memory of the stages that have run, and write their table."""
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
    benchmark:
        "results/logs/figures/cost.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    # The measurements are not an input: then Snakemake would run the measured jobs again.
    params:
        measured=lambda wildcards: benchmark_digests("results/benchmarks"),
        look=plan.look(),
        code=plan.code("cost.py"),
    script:
        "../scripts/cost.py"
