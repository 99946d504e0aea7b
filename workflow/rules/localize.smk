# A position from one log of a flight over an unknown source, in results/localize/{name}/.
# `--config flight=PATH` names the log; {name} is any name for the result.


rule localize:
    """Find the source of one flight: position, regions, map."""
    input:
        # Reports what is wrong with `flight`, but only if this rule is requested.
        flights=lambda wildcards: plan.localize.flight_paths(),
        fitted=plan.localize.files(),
        antennas=plan.localize.antenna_files(),
        area=plan.config.localize.area or [],
        positions=plan.config.localize.positions or [],
    output:
        record="results/localize/{name}/fix.json",
        geojson="results/localize/{name}/fix.geojson",
        kml="results/localize/{name}/fix.kml",
        png="results/localize/{name}/map.png",
        html="results/localize/{name}/map.html",
    log:
        "results/logs/localize/{name}.log",
    benchmark:
        "results/benchmarks/localize/{name}.tsv"
    wildcard_constraints:
        name="[A-Za-z0-9_-]+",
    conda:
        "../../envs/localize.yaml"
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        **plan.params("scenario", "localizers"),
        flights=plan.localize.flights().model_dump(),
        modes=plan.localize.modes(),
        calibration=plan.localize.calibration_params(),
        positions_offset_s=plan.config.localize.positions_offset_s,
        code=plan.code("localize.py"),
    script:
        "../scripts/localize.py"
