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
