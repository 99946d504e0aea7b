# Radio maps and heatmaps (LocHeatmap): scenes, networks, and modes that locate a source in them.


rule radiomaps:
    """Draw a part of the scenes of a split: heights, RSS, angle of arrival, line of sight."""
    input:
        antennas=lambda wildcards: plan.heatmaps.antenna_files(wildcards.propagation),
    output:
        "results/radiomaps/{propagation}/{split}/{shard}.arrow",
    log:
        "results/logs/radiomaps/{propagation}/{split}/{shard}.log",
    benchmark:
        "results/benchmarks/radiomaps/{propagation}/{split}/{shard}.tsv"
    conda:
        "../../envs/simulation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **plan.params("seed", "scenario"),
        scenes=plan.heatmaps.scene_params(),
        maps=lambda wildcards: plan.heatmaps.map_params(wildcards.propagation),
        first=lambda wildcards: plan.heatmaps.shards(wildcards.split)[int(wildcards.shard)].start,
        stop=lambda wildcards: plan.heatmaps.shards(wildcards.split)[int(wildcards.shard)].stop,
        code=plan.code("radiomaps.py"),
    script:
        "../scripts/radiomaps.py"


# Which precision trains fastest on this device; measured once, for all trainings.
rule measure_precision:
    """Measure which precision trains networks on maps faster on this device."""
    output:
        "results/models/heatmap/precision.json",
    log:
        "results/logs/models/heatmap/precision.log",
    benchmark:
        "results/benchmarks/models/heatmap/precision.tsv"
    conda:
        "../../envs/training.yaml"
    threads: 1
    resources:
        gpu=plan.config.compute.gpus,
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        scenes=plan.heatmaps.scene_params(),
        training=plan.heatmaps.timed_params(),
        architectures=plan.heatmaps.architectures(),
        device=plan.config.compute.device,
        code=plan.code("measure_precision.py"),
    script:
        "../scripts/measure_precision.py"


# A network that takes completed maps as input needs the completion networks of the same seed. They
# are trained once for all networks that use them.
rule train_heatmap:
    """Train one network on radio maps."""
    input:
        training=lambda wildcards: plan.heatmaps.scene_files(wildcards.propagation, "train"),
        validation=lambda wildcards: plan.heatmaps.scene_files(wildcards.propagation, "validation"),
        completions=lambda wildcards: plan.heatmaps.weights(
            wildcards.propagation, wildcards.network, wildcards.seed
        )[:-1],
        precision=plan.heatmaps.precision_files(),
    output:
        weights="results/models/heatmap/{propagation}/{network}/seed{seed}/model.safetensors",
        history="results/models/heatmap/{propagation}/{network}/seed{seed}/history.csv",
        summary="results/models/heatmap/{propagation}/{network}/seed{seed}/summary.json",
    log:
        "results/logs/models/heatmap/{propagation}/{network}/seed{seed}.log",
    benchmark:
        "results/benchmarks/models/heatmap/{propagation}/{network}/seed{seed}.tsv"
    wildcard_constraints:
        network=plan.any_of(list(plan.heatmaps.networks)),
    conda:
        "../../envs/training.yaml"
    # One thread: with several threads, sums would round differently from run to run.
    threads: 1
    resources:
        gpu=plan.config.compute.gpus,
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **plan.params("seed", "heatmaps.measurement"),
        scenes=plan.heatmaps.scene_params(),
        networks=lambda wildcards: plan.heatmaps.network_params(wildcards.network),
        training=plan.heatmaps.training_params(),
        target=lambda wildcards: plan.heatmaps.target_params(wildcards.network),
        device=plan.config.compute.device,
        code=plan.code("train_heatmap.py"),
    script:
        "../scripts/train_heatmap.py"


rule score_heatmap:
    """Score a mode on radio maps on the test scenes."""
    input:
        scenes=lambda wildcards: plan.heatmaps.scene_files(
            plan.heatmaps.mode_propagation(wildcards.mode), "test"
        ),
        weights=lambda wildcards: plan.heatmaps.mode_weights(wildcards.mode),
    output:
        "results/evaluation/heatmap/{mode}.parquet",
    log:
        "results/logs/evaluation/heatmap/{mode}.log",
    benchmark:
        "results/benchmarks/evaluation/heatmap/{mode}.tsv"
    wildcard_constraints:
        mode=plan.any_of(plan.heatmaps.modes()),
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=growing(60),
    params:
        **plan.params("seed", "heatmaps.measurement", "heatmaps.score"),
        scenes=plan.heatmaps.scene_params(),
        mode=lambda wildcards: plan.heatmaps.mode_params(wildcards.mode),
        seeds=len(plan.heatmaps.seeds()),
        code=plan.code("score_heatmap.py"),
    script:
        "../scripts/score_heatmap.py"


rule locate_heatmap:
    """Score a mode on radio maps on the trials, so that it can be compared with the others."""
    input:
        flights=lambda wildcards: plan.fold_flights(wildcards.mode, wildcards.fold),
        weights=lambda wildcards: plan.heatmaps.mode_weights(wildcards.mode),
    output:
        "results/evaluation/{mode}/{fold}/{after_s}s.parquet",
    log:
        "results/logs/evaluation/{mode}/{fold}/{after_s}s.log",
    benchmark:
        "results/benchmarks/evaluation/{mode}/{fold}/{after_s}s.tsv"
    wildcard_constraints:
        mode=plan.any_of(plan.heatmaps.modes()),
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        **plan.params("scenario", "flights"),
        after_s=lambda wildcards: int(wildcards.after_s),
        scenes=plan.heatmaps.scene_params(),
        mode=lambda wildcards: plan.heatmaps.mode_params(wildcards.mode),
        seeds=len(plan.heatmaps.seeds()),
        code=plan.code("locate_heatmap.py"),
    script:
        "../scripts/locate_heatmap.py"


rule score_search:
    """Score a search by the two laws of the RSS itself, without any training."""
    input:
        scenes=plan.heatmaps.scene_files("los_nlos", "test"),
    output:
        "results/evaluation/heatmap/two_laws.parquet",
    log:
        "results/logs/evaluation/heatmap/two_laws.log",
    benchmark:
        "results/benchmarks/evaluation/heatmap/two_laws.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **plan.params("seed", "heatmaps.measurement", "heatmaps.score"),
        scenes=plan.heatmaps.scene_params(),
        code=plan.code("score_search.py"),
    script:
        "../scripts/score_search.py"


rule completion:
    """Write the table of completed RSS maps, beside interpolation of the same measurements."""
    input:
        weights=[
            path
            for network in plan.heatmaps.rss_completions()
            for path in plan.heatmaps.seed_weights(plan.heatmaps.shown_propagation(), network)
        ],
        scenes=plan.heatmaps.scene_files(plan.heatmaps.shown_propagation(), "test"),
        validation=plan.heatmaps.scene_files(plan.heatmaps.shown_propagation(), "validation"),
    output:
        table=report(
            "results/tables/heatmap_completion.tsv",
            caption="../report/heatmap_completion.rst",
            category="Heatmaps",
            labels=plan.report.labels("heatmap_completion", "table"),
        ),
    log:
        "results/logs/heatmap_completion.log",
    benchmark:
        "results/benchmarks/heatmap_completion.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=growing(60),
    params:
        **plan.params("seed", "heatmaps.measurement", "heatmaps.score"),
        scenes=plan.heatmaps.scene_params(),
        networks={
            name: plan.heatmaps.network_params(name)[name]
            for name in plan.heatmaps.rss_completions()
        },
        width=plan.config.heatmaps.training.width,
        code=plan.code("completion.py"),
    script:
        "../scripts/completion.py"


# What the layers of a completion alone cost: networks that are shown the whole map.
rule whole_maps:
    """Write the table of completions that are shown the whole map."""
    input:
        weights=[
            path
            for network in plan.heatmaps.whole_map_networks()
            for path in plan.heatmaps.seed_weights("los_nlos", network)
        ],
        scenes=plan.heatmaps.scene_files("los_nlos", "test"),
    output:
        table=report(
            "results/tables/heatmap_whole_map.tsv",
            caption="../report/heatmap_whole_map.rst",
            category="Heatmaps",
            labels=plan.report.labels("heatmap_whole_map", "table"),
        ),
    log:
        "results/logs/heatmap_whole_map.log",
    benchmark:
        "results/benchmarks/heatmap_whole_map.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(3000),
        runtime=growing(20),
    params:
        **plan.params("heatmaps.measurement"),
        scenes=plan.heatmaps.scene_params(),
        networks={
            name: plan.heatmaps.network_params(name)[name]
            for name in plan.heatmaps.whole_map_networks()
        },
        width=plan.config.heatmaps.training.width,
        code=plan.code("whole_maps.py"),
    script:
        "../scripts/whole_maps.py"


rule heatmap:
    """Draw the errors of the modes on radio maps against coverage and noise, and write their table."""
    input:
        scores=expand(rules.score_heatmap.output[0], mode=plan.config.figures.heatmap.modes),
        search=plan.heatmaps.shown_search(),
    output:
        coverage_pdf="results/figures/heatmap_coverage.pdf",
        coverage_png=report(
            "results/figures/heatmap_coverage.png",
            caption="../report/heatmap_coverage.rst",
            category="Heatmaps",
            labels=plan.report.labels("heatmap_coverage", "figure"),
        ),
        noise_pdf="results/figures/heatmap_noise.pdf",
        noise_png=report(
            "results/figures/heatmap_noise.png",
            caption="../report/heatmap_noise.rst",
            category="Heatmaps",
            labels=plan.report.labels("heatmap_noise", "figure"),
        ),
        table=report(
            "results/tables/heatmap.tsv",
            caption="../report/heatmap.rst",
            category="Heatmaps",
            labels=plan.report.labels("heatmap", "table"),
        ),
    log:
        "results/logs/figures/heatmap.log",
    benchmark:
        "results/benchmarks/figures/heatmap.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("seed", "heatmaps.score.coverage", "heatmaps.score.noise_rate"),
        labels=plan.labels(plan.config.figures.heatmap.modes),
        colors=plan.colors(plan.config.figures.heatmap.modes),
        scenes=plan.heatmaps.scenes_in_words(plan.config.figures.heatmap.modes[0]),
        look=plan.look(),
        code=plan.code("heatmap.py"),
    script:
        "../scripts/heatmap.py"


# Our modes beside the same ones with LocHeatmap's own maps, loss and training.
rule heatmap_original:
    """Write the table of modes as near to LocHeatmap's own as can be, beside ours."""
    input:
        scores=expand(
            rules.score_heatmap.output[0], mode=plan.config.figures.heatmap.original_modes
        ),
    output:
        table=report(
            "results/tables/heatmap_original.tsv",
            caption="../report/heatmap_original.rst",
            category="Heatmaps",
            labels=plan.report.labels("heatmap_original", "table"),
        ),
    log:
        "results/logs/heatmap_original.log",
    benchmark:
        "results/benchmarks/heatmap_original.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("seed"),
        labels=plan.labels(plan.config.figures.heatmap.original_modes),
        code=plan.code("heatmap_original.py"),
    script:
        "../scripts/heatmap_original.py"


rule heatmap_panels:
    """Draw example scenes of one mode on radio maps."""
    input:
        scenes=plan.heatmaps.scene_files(
            plan.heatmaps.mode_propagation(plan.config.figures.heatmap.panels_mode), "test"
        ),
        weights=plan.heatmaps.weights(
            plan.heatmaps.mode_propagation(plan.config.figures.heatmap.panels_mode),
            plan.heatmaps.mode_network(plan.config.figures.heatmap.panels_mode),
            0,
        ),
    output:
        pdf="results/figures/heatmap_panels.pdf",
        png=report(
            "results/figures/heatmap_panels.png",
            caption="../report/heatmap_panels.rst",
            category="Heatmaps",
            labels=plan.report.labels("heatmap_panels", "figure"),
        ),
    log:
        "results/logs/figures/heatmap_panels.log",
    benchmark:
        "results/benchmarks/figures/heatmap_panels.tsv"
    conda:
        "../../envs/heatmap_panels.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        **plan.params("seed", "heatmaps.measurement", "heatmaps.score", "figures.heatmap.panels"),
        scenes=plan.heatmaps.scene_params(),
        mode=plan.heatmaps.mode_params(plan.config.figures.heatmap.panels_mode),
        label=plan.config.modes[plan.config.figures.heatmap.panels_mode].label,
        shown=plan.heatmaps.scenes_in_words(plan.config.figures.heatmap.panels_mode),
        look=plan.look(),
        code=plan.code("heatmap_panels.py"),
    script:
        "../scripts/heatmap_panels.py"
