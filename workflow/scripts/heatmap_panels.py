"""Draw heatmap_panels.pdf: example scenes from the measured map to the estimate, in one mode."""

from rfsl.config.radiomaps import HeatmapScoreSettings, MeasurementSettings, SceneSettings
from rfsl.evaluation.heatmap_panels import panels_of
from rfsl.evaluation.heatmaps import HeatmapReader
from rfsl.figures.heatmap_panels import scene_panels
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.radiomaps.files import read_scenes
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    settings = SceneSettings(**params.scenes)
    [reader] = HeatmapReader.of_seeds(params.mode, snakemake.input.weights, 1, settings.pixels)
    panels = panels_of(
        reader,
        read_scenes(snakemake.input.scenes),
        reader.model.surveyor(settings, MeasurementSettings(**params.measurement)),
        HeatmapScoreSettings(**params.score),
        params.seed,
        params.panels,
    )
    look = Look(**params.look)
    figure = scene_panels(panels, params.label, "flight", params.shown, look)
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
