# Preprocessing: turns the shards of a split into one feature vector per source, from the flight up
# to each time of an estimate.


rule features:
    """Turn the simulated RSS of a split into feature vectors."""
    input:
        trajectory=rules.trajectory.output[0],
        shards=lambda wildcards: expand(
            rules.simulate.output[0],
            shard=range(len(plan.shards(wildcards.split))),
            allow_missing=True,
        ),
    output:
        "results/features/{representation}/{propagation}/{fold}/{after_s}s/{split}.parquet",
    log:
        "results/logs/features/{representation}/{propagation}/{fold}/{after_s}s/{split}.log",
    benchmark:
        "results/benchmarks/features/{representation}/{propagation}/{fold}/{after_s}s/{split}.tsv"
    wildcard_constraints:
        representation=plan.any_of(list(plan.representations)),
    conda:
        "../../envs/preprocessing.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        settings=lambda wildcards: plan.representations[wildcards.representation],
        after_s=lambda wildcards: int(wildcards.after_s),
        code=plan.code("features.py"),
    script:
        "../scripts/features.py"
