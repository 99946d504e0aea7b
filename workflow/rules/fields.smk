# Benchmark on flights of many fields, each set in an area and a local frame of its own.
# config/fields/ has a file for each set: name one or several of them with --configfile.


wildcard_constraints:
    field=plan.any_of(list(plan.config.fields.sets)),
    estimator=plan.any_of(list(plan.config.fields.estimators)),
    team=plan.any_of(list(plan.config.fields.results)),


use rule fetch as fetch_field with:
    output:
        "data/fields/{field}/{file}",
    log:
        "results/logs/fields/fetch/{field}/{file}.log",
    benchmark:
        "results/benchmarks/fields/fetch/{field}/{file}.tsv"
    wildcard_constraints:
        file=plan.any_of(list(plan.registry)),


rule read_field:
    """Read the log of a trial of a set of fields into a flight of the common form."""
    input:
        log=lambda wildcards: plan.fields.log(wildcards.field, wildcards.trial),
        beside=lambda wildcards: plan.fields.beside(wildcards.field, wildcards.trial),
    output:
        "results/fields/flights/{field}/{trial}.parquet",
    log:
        "results/logs/fields/flights/{field}/{trial}.log",
    benchmark:
        "results/benchmarks/fields/flights/{field}/{trial}.tsv"
    conda:
        "../../envs/trials.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        scenario=lambda wildcards: plan.fields.scenario(wildcards.field),
        flights=lambda wildcards: plan.fields.flights(wildcards.field, wildcards.trial),
        row=lambda wildcards: plan.fields.row(wildcards.field, wildcards.trial),
        positions=lambda wildcards: plan.fields.positions(wildcards.field, wildcards.trial),
        code=plan.code("read_field.py"),
    script:
        "../scripts/read_field.py"


rule calibrate_field:
    """Fit a calibration to a set of fields, with one flight or source left out."""
    input:
        flights=lambda wildcards: plan.fields.calibration_flights(wildcards.field, wildcards.fold),
        antennas=plan.antenna_files("enhanced_two_ray"),
    output:
        "results/fields/calibration/{field}/{fold}.json",
    log:
        "results/logs/fields/calibration/{field}/{fold}.log",
    benchmark:
        "results/benchmarks/fields/calibration/{field}/{fold}.tsv"
    conda:
        "../../envs/calibration.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(15),
    params:
        **plan.params("seed"),
        scenario=lambda wildcards: plan.fields.scenario(wildcards.field),
        flights=lambda wildcards: plan.fields.flights(wildcards.field),
        propagation=plan.propagation_params("enhanced_two_ray"),
        calibration=plan.calibration_params(),
        code=plan.code("calibrate.py"),
    script:
        "../scripts/calibrate.py"


rule score_field:
    """Score an estimator on all flights of a set of fields."""
    input:
        flights=lambda wildcards: plan.fields.flight_paths(wildcards.field),
        calibrations=lambda wildcards: plan.fields.calibration_files(
            wildcards.field, wildcards.estimator
        ),
        antennas=lambda wildcards: plan.fields.antenna_files(wildcards.estimator),
    output:
        "results/fields/scores/{field}/{estimator}.parquet",
    log:
        "results/logs/fields/scores/{field}/{estimator}.log",
    benchmark:
        "results/benchmarks/fields/scores/{field}/{estimator}.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        localizers=lambda wildcards: plan.fields.localizers(wildcards.field),
        scenario=lambda wildcards: plan.fields.scenario(wildcards.field),
        flights=lambda wildcards: plan.fields.flights(wildcards.field),
        mode=lambda wildcards: plan.fields.mode(wildcards.estimator),
        calibrations=lambda wildcards: plan.fields.calibrations(
            wildcards.field, wildcards.estimator
        ),
        times_s=plan.fields.settings.times_s,
        whole_s=WHOLE_S,
        code=plan.code("score_field.py"),
    script:
        "../scripts/score_field.py"


rule score_results:
    """Score the results of another program on all flights of a set of fields."""
    input:
        flights=lambda wildcards: plan.fields.flight_paths(wildcards.field),
        results=lambda wildcards: plan.config.fields.results[wildcards.team].file,
    output:
        "results/fields/scores/{field}/{team}.parquet",
    log:
        "results/logs/fields/scores/{field}/{team}.log",
    benchmark:
        "results/benchmarks/fields/scores/{field}/{team}.tsv"
    conda:
        "../../envs/evaluation.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        scenario=lambda wildcards: plan.fields.scenario(wildcards.field),
        flights=lambda wildcards: plan.fields.flights(wildcards.field),
        trials=lambda wildcards: plan.fields.all_trials(),
        times_s=plan.fields.settings.times_s,
        whole_s=WHOLE_S,
        code=plan.code("score_results.py"),
    script:
        "../scripts/score_results.py"


rule fields:
    """Draw the benchmark on flights of many fields, and write its tables."""
    input:
        scores=lambda wildcards: plan.fields.score_files(),
        flights=lambda wildcards: plan.fields.all_flights(),
    output:
        pdf="results/figures/fields.pdf",
        png=report(
            "results/figures/fields.png",
            caption="../report/fields.rst",
            category="Localization",
            labels=plan.report.labels("fields", "figure"),
        ),
        table=report(
            "results/tables/fields.tsv",
            caption="../report/fields.rst",
            category="Localization",
            labels=plan.report.labels("fields", "table"),
        ),
        each=report(
            "results/tables/fields_flights.tsv",
            caption="../report/fields_flights.rst",
            category="Localization",
            labels=plan.report.labels("fields_flights", "table"),
        ),
        pairs=report(
            "results/tables/fields_pairs.tsv",
            caption="../report/fields_pairs.rst",
            category="Localization",
            labels=plan.report.labels("fields_pairs", "table"),
        ),
        absent=report(
            "results/tables/fields_absent.tsv",
            caption="../report/fields_absent.rst",
            category="Localization",
            labels=plan.report.labels("fields_absent", "table"),
        ),
    log:
        "results/logs/figures/fields.log",
    benchmark:
        "results/benchmarks/figures/fields.tsv"
    conda:
        "../../envs/figures.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("seed"),
        scores=lambda wildcards: plan.fields.scores(),
        titles=lambda wildcards: plan.fields.titles(),
        labels=plan.fields.labels(),
        absent=lambda wildcards: plan.fields.absent(),
        reference=plan.fields.settings.reference,
        times_s=plan.fields.settings.times_s,
        whole_s=WHOLE_S,
        bootstrap_samples=plan.fields.settings.bootstrap_samples,
        look=plan.look(),
        code=plan.code("fields.py"),
    script:
        "../scripts/fields.py"
