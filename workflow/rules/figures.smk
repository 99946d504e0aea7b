# Figures. A figure that draws a table writes the table too.


rule fig1:
    """Draw Figure 1: the areas, the sources and the tracks."""
    input:
        trajectory=rules.trajectory.output[0],
        flights=expand("results/flights/{trial}.parquet", trial=plan.compared_trials()),
    output:
        pdf="results/figures/fig1.pdf",
        png=report(
            "results/figures/fig1.png",
            caption="../report/fig1.rst",
            category="Scenario",
            labels=plan.report.labels("fig1", "figure"),
        ),
    log:
        "results/logs/figures/fig1.log",
    benchmark:
        "results/benchmarks/figures/fig1.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("scenario"),
        look=plan.look(),
        names=plan.shown_names(),
        code=plan.code("fig1.py"),
    script:
        "../scripts/fig1.py"


rule fig4a:
    """Draw Figure 4(a): the clusters of a flight."""
    input:
        flight=f"results/flights/{plan.clustered_trial()}.parquet",
    output:
        pdf="results/figures/fig4a.pdf",
        png=report(
            "results/figures/fig4a.png",
            caption="../report/fig4a.rst",
            category="Features",
            labels=plan.report.labels("fig4a", "figure"),
        ),
    log:
        "results/logs/figures/fig4a.log",
    benchmark:
        "results/benchmarks/figures/fig4a.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        settings=plan.params("preprocessing.clustered")["clustered"],
        look=plan.look(),
        name=plan.trials[plan.clustered_trial()].shown,
        code=plan.code("fig4a.py"),
    script:
        "../scripts/fig4a.py"


rule fig5:
    """Draw Figure 5, the errors of the propagation models, and write their table."""
    input:
        errors=expand(rules.propagation_errors.output[0], trial=plan.compared_trials()),
    output:
        pdf="results/figures/fig5.pdf",
        png=report(
            "results/figures/fig5.png",
            caption="../report/fig5.rst",
            category="Propagation",
            labels=plan.report.labels("fig5", "figure"),
        ),
        table=report(
            "results/tables/fig5.tsv",
            caption="../report/fig5.rst",
            category="Propagation",
            labels=plan.report.labels("fig5", "table"),
        ),
    log:
        "results/logs/figures/fig5.log",
    benchmark:
        "results/benchmarks/figures/fig5.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        trials=plan.described(plan.compared_trials(), "location", "kind"),
        look=plan.look(),
        names=plan.shown_names(),
        code=plan.code("fig5.py"),
    script:
        "../scripts/fig5.py"


rule legs:
    """Draw the residual behind the landing legs."""
    input:
        errors=expand(rules.propagation_errors.output[0], trial=plan.compared_trials()),
        calibrations=expand(rules.calibrate.output[0], fold=plan.compared_folds()),
    output:
        pdf="results/figures/legs.pdf",
        png=report(
            "results/figures/legs.png",
            caption="../report/legs.rst",
            category="Propagation",
            labels=plan.report.labels("legs", "figure"),
        ),
    log:
        "results/logs/figures/legs.log",
    benchmark:
        "results/benchmarks/figures/legs.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        **plan.params("propagation.legs"),
        trials=plan.described(plan.compared_trials(), "location", "kind"),
        look=plan.look(),
        code=plan.code("legs.py"),
    script:
        "../scripts/legs.py"


rule fig6a:
    """Draw Figure 6(a), the error by trial, and write its table."""
    input:
        evaluations=joined(plan.scores.fig6a()),
        published=plan.config.figures.published or [],
    output:
        pdf="results/figures/fig6a.pdf",
        png=report(
            "results/figures/fig6a.png",
            caption="../report/fig6a.rst",
            category="Localization",
            labels=plan.report.labels("fig6a", "figure"),
        ),
        table=report(
            "results/tables/fig6a.tsv",
            caption="../report/fig6a.rst",
            category="Localization",
            labels=plan.report.labels("fig6a", "table"),
        ),
    log:
        "results/logs/figures/fig6a.log",
    benchmark:
        "results/benchmarks/figures/fig6a.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        evaluations=plan.scores.fig6a(),
        labels=plan.labels(plan.config.figures.fig6a.modes),
        groups=plan.groups.fig6a(),
        colors=plan.colors(plan.config.figures.fig6a.modes),
        without=plan.groups.unscored(plan.config.figures.fig6a.trials),
        look=plan.look(),
        names=plan.shown_names(),
        code=plan.code("fig6a.py"),
    script:
        "../scripts/fig6a.py"


rule fig6b:
    """Draw Figure 6(b), the error beside classical localizers and teams, and write its table."""
    input:
        evaluations=joined(plan.scores.fig6b()),
        teams=plan.config.figures.fig6b.teams or [],
    output:
        pdf="results/figures/fig6b.pdf",
        png=report(
            "results/figures/fig6b.png",
            caption="../report/fig6b.rst",
            category="Localization",
            labels=plan.report.labels("fig6b", "figure"),
        ),
        table=report(
            "results/tables/fig6b.tsv",
            caption="../report/fig6b.rst",
            category="Localization",
            labels=plan.report.labels("fig6b", "table"),
        ),
    log:
        "results/logs/figures/fig6b.log",
    benchmark:
        "results/benchmarks/figures/fig6b.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        evaluations=plan.scores.fig6b(),
        labels=plan.labels(plan.config.figures.fig6b.modes),
        groups=plan.groups.fig6b(),
        colors=plan.colors(plan.config.figures.fig6b.modes),
        without=plan.groups.unscored(plan.config.figures.fig6b.trials),
        trials=plan.described(plan.config.trials.evaluate, "flight", "location", "kind"),
        look=plan.look(),
        names=plan.shown_names(),
        code=plan.code("fig6b.py"),
    script:
        "../scripts/fig6b.py"


rule fig6c:
    """Draw Figure 6(c), the error by trajectory, and write its table."""
    input:
        evaluations=joined(plan.scores.fig6c()),
        published=plan.config.figures.published or [],
    output:
        pdf="results/figures/fig6c.pdf",
        png=report(
            "results/figures/fig6c.png",
            caption="../report/fig6c.rst",
            category="Generalization",
            labels=plan.report.labels("fig6c", "figure"),
        ),
        table=report(
            "results/tables/fig6c.tsv",
            caption="../report/fig6c.rst",
            category="Generalization",
            labels=plan.report.labels("fig6c", "table"),
        ),
    log:
        "results/logs/figures/fig6c.log",
    benchmark:
        "results/benchmarks/figures/fig6c.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        evaluations=plan.scores.fig6c(),
        labels=plan.labels(plan.config.figures.fig6c.modes),
        groups=plan.groups.fig6c(),
        colors=plan.colors(plan.config.figures.fig6c.modes),
        without=plan.groups.flights_without_score(),
        look=plan.look(),
        names=plan.shown_names(),
        code=plan.code("fig6c.py"),
    script:
        "../scripts/fig6c.py"


rule error_time:
    """Draw the error against the time of the estimate, and write its table."""
    input:
        evaluations=joined(plan.scores.error_time()),
    output:
        pdf="results/figures/error_time.pdf",
        png=report(
            "results/figures/error_time.png",
            caption="../report/error_time.rst",
            category="Localization",
            labels=plan.report.labels("error_time", "figure"),
        ),
        table=report(
            "results/tables/error_time.tsv",
            caption="../report/error_time.rst",
            category="Localization",
            labels=plan.report.labels("error_time", "table"),
        ),
    log:
        "results/logs/figures/error_time.log",
    benchmark:
        "results/benchmarks/figures/error_time.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        evaluations=plan.scores.error_time(),
        labels=plan.labels(plan.config.figures.error_time.modes),
        times_s=plan.config.figures.error_time.times_s,
        colors=plan.colors(plan.config.figures.error_time.modes),
        look=plan.look(),
        names=plan.shown_names(),
        code=plan.code("error_time.py"),
    script:
        "../scripts/error_time.py"


# Every configured mode on every trial: the widest table, and the one that takes longest to make.
rule localizers:
    """Write the table of every mode on every trial."""
    input:
        evaluations=joined(plan.scores.all_modes()),
        bounds=rules.bounds.output[0],
        redrawn=rules.redrawn.output[0],
    output:
        table=report(
            "results/tables/localizers.tsv",
            caption="../report/localizers.rst",
            category="Localization",
            labels=plan.report.labels("localizers", "table"),
        ),
    log:
        "results/logs/localizers.log",
    benchmark:
        "results/benchmarks/localizers.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        evaluations=plan.scores.all_modes(),
        labels=plan.labels(list(plan.config.modes)),
        groups=plan.groups.all_scored(),
        code=plan.code("localizers.py"),
    script:
        "../scripts/localizers.py"


rule clustering:
    """Draw the effect of each setting of the clustered representation, and write its table."""
    input:
        evaluations=joined(plan.scores.ablation()),
        summaries=[f"{folder}/summary.json" for folder in joined(plan.ablation_networks())],
    output:
        pdf="results/figures/clustering.pdf",
        png=report(
            "results/figures/clustering.png",
            caption="../report/clustering.rst",
            category="Features",
            labels=plan.report.labels("clustering", "figure"),
        ),
        table=report(
            "results/tables/clustering.tsv",
            caption="../report/clustering.rst",
            category="Features",
            labels=plan.report.labels("clustering", "table"),
        ),
    log:
        "results/logs/figures/clustering.log",
    benchmark:
        "results/benchmarks/figures/clustering.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        variants=[{"key": v.key, "value": v.value, "mode": v.mode} for v in plan.variants],
        base=plan.config.ablation.mode,
        label=plan.modes[plan.config.ablation.mode].label,
        evaluations=plan.scores.ablation(),
        networks=plan.ablation_networks(),
        look=plan.look(),
        code=plan.code("clustering.py"),
    script:
        "../scripts/clustering.py"
