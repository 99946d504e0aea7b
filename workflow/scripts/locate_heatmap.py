"""Write the scores of a mode on radio maps, on the trials at one time."""

import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.config.radiomaps import SceneSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.evaluation.heatmaps import HeatmapReader, flight_raster, heatmap_candidate
from rfsl.evaluation.trials import evaluate_trial
from rfsl.flights.files import read_flight
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import write_frame
from rfsl.radiomaps.raster import MapSquare
from rfsl.workflow.jobs import job

with job(snakemake) as log:
    params = snakemake.params
    settings, scenario = SceneSettings(**params.scenes), ScenarioSettings(**params.scenario)
    frame, flights = LocalFrame.of(scenario), FlightSettings(**params.flights)
    source_area = Box.of(scenario.source_area, frame)
    square = MapSquare.around(
        Box.of(scenario.flight_area, frame), source_area, settings.pixels, settings.pixel_m
    )
    readers = HeatmapReader.of_seeds(
        params.mode, snakemake.input.weights, params.seeds, settings.pixels
    )
    files = [read_flight(path) for path in snakemake.input.flights]
    for file in files:
        raster = flight_raster(file.flight, square, flights)
        log.info(
            "%s: %.1f %% of the pixels measured, %.1f %% of the samples outside the map",
            file.trial,
            100.0 * raster.coverage,
            100.0 * raster.left_out_share,
        )
    candidates = [
        heatmap_candidate(
            reader,
            square,
            source_area,
            params.after_s,
            flights,
            source_height_m=scenario.source_height_m,
            seed=seed,
        )
        for seed, reader in enumerate(readers)
    ]
    rows = [evaluate_trial(file, item, flights) for file in files for item in candidates]
    write_frame(pd.concat(rows, ignore_index=True), snakemake.output[0], EvaluationTable)
