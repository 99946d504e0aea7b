# The report: snakemake --report report.html, or `make report`.


report: "../report/workflow.rst"


rule settings:
    """Write the configuration and the versions that made the results."""
    output:
        config=report(
            "results/settings.yaml",
            caption="../report/settings.rst",
            category="Configuration",
            labels=plan.report.labels("settings", "text"),
        ),
        versions=report(
            "results/tables/versions.tsv",
            caption="../report/settings.rst",
            category="Configuration",
            labels=plan.report.labels("versions", "table"),
        ),
    log:
        "results/logs/settings.log",
    benchmark:
        "results/benchmarks/settings.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(500),
        runtime=growing(5),
    params:
        config=plan.config.model_dump(mode="json"),
        code=plan.code("settings.py"),
    script:
        "../scripts/settings.py"
