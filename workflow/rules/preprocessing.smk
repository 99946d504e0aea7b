# Preprocessing: the shards of a split become one feature vector per source.


rule features:
    input:
        trajectory=rules.trajectory.output[0],
        shards=lambda wildcards: expand(
            rules.simulate.output[0],
            shard=range(len(plan.shards(wildcards.split))),
            allow_missing=True,
        ),
    output:
        "results/features/{representation}/{propagation}/{fold}/{split}.parquet",
    log:
        "results/logs/features/{representation}/{propagation}/{fold}/{split}.log",
    benchmark:
        "results/benchmarks/features/{representation}/{propagation}/{fold}/{split}.tsv"
    wildcard_constraints:
        representation="clustered|normalized",
    conda:
        "../../envs/preprocessing.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        settings=lambda wildcards: plan.representation_params(wildcards.representation),
        code=plan.code("features.py"),
    script:
        "../scripts/features.py"
