"""Write results/localize/{name}/: the position of an unknown source from its flight logs."""

from pathlib import Path

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.fixes.choice import choose_mode
from rfsl.fixes.fix import Settings, localize
from rfsl.fixes.output import write_fix
from rfsl.workflow.jobs import job

with job(snakemake) as log:
    params = snakemake.params
    settings = Settings(
        ScenarioSettings(**params.scenario),
        FlightSettings(**params.flights),
        LocalizerSettings(**params.localizers),
    )
    results = Path("results")
    calibrated = results if params.calibration["calibratable"] else None
    choice = choose_mode(params.modes, calibrated, params.calibration["name"])
    area, positions = snakemake.input.area or None, snakemake.input.positions or None
    offset_s = params.positions_offset_s
    fix = localize(snakemake.input.flights, area, choice, settings, results, positions, offset_s)
    write_fix(fix, Path(snakemake.output.record).parent)
    if fix.estimate is None:
        log.warning("%s has no estimate: %s", fix.name, fix.reason)
