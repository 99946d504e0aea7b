# Simulation: RSS along the trajectory for every source, by propagation model and fold, split into
# shards. The shards are kept, so a change of the preprocessing does not simulate again.


rule simulate:
    """Simulate the RSS of a part of the sources of a split."""
    input:
        trajectory=rules.trajectory.output[0],
        calibration=lambda wildcards: (
            [] if wildcards.fold == "none" else f"results/calibration/{wildcards.fold}.json"
        ),
        antennas=lambda wildcards: plan.antenna_files(wildcards.propagation),
    output:
        "results/simulation/{propagation}/{fold}/{split}/{shard}.arrow",
    log:
        "results/logs/simulation/{propagation}/{fold}/{split}/{shard}.log",
    benchmark:
        "results/benchmarks/simulation/{propagation}/{fold}/{split}/{shard}.tsv"
    conda:
        "../../envs/simulation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        **plan.params("seed", "scenario"),
        simulation=lambda wildcards: plan.simulation_params(wildcards.propagation),
        first=lambda wildcards: plan.shards(wildcards.split)[int(wildcards.shard)].start,
        stop=lambda wildcards: plan.shards(wildcards.split)[int(wildcards.shard)].stop,
        code=plan.code("simulate.py"),
    script:
        "../scripts/simulate.py"
