# Policies that choose the way in flight, in simulated worlds that are the same for all of them.


wildcard_constraints:
    policy=plan.any_of(plan.planning.policies),


rule plan_flights:
    """Fly some of the simulated worlds with one policy."""
    input:
        calibrations=expand(rules.calibrate.output[0], fold=plan.scored_folds()),
    output:
        "results/evaluation/planning/{policy}/{shard}.parquet",
    log:
        "results/logs/evaluation/planning/{policy}/{shard}.log",
    benchmark:
        "results/benchmarks/evaluation/planning/{policy}/{shard}.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        **plan.planning.params(),
        first=lambda wildcards: plan.planning.shards()[int(wildcards.shard)].start,
        stop=lambda wildcards: plan.planning.shards()[int(wildcards.shard)].stop,
        code=plan.code("plan_flights.py"),
    script:
        "../scripts/plan_flights.py"


rule planning:
    """Draw how the policies compare, and write the table."""
    input:
        scores=plan.planning.files(),
    output:
        pdf="results/figures/planning.pdf",
        png=report(
            "results/figures/planning.png",
            caption="../report/planning.rst",
            category="Localization",
            labels=plan.report.labels("planning", "figure"),
        ),
        table=report(
            "results/tables/planning.tsv",
            caption="../report/planning.rst",
            category="Localization",
            labels=plan.report.labels("planning", "table"),
        ),
    log:
        "results/logs/figures/planning.log",
    benchmark:
        "results/benchmarks/figures/planning.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("seed"),
        scores=plan.planning.scores(),
        labels=plan.planning.labels(),
        colors=plan.planning.colors(),
        look=plan.look(),
        code=plan.code("planning.py"),
    script:
        "../scripts/planning.py"
