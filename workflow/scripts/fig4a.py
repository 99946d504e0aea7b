"""Draw Figure 4(a) (fig4a.pdf): the clusters of a flight and the samples selected from them."""

from rfsl.config.features import ClusteredSettings
from rfsl.features.clustering import cluster_flight
from rfsl.figures.clusters import cluster_map
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.flights.files import read_flight
from rfsl.workflow.jobs import job

with job(snakemake):
    file = read_flight(snakemake.input.flight)
    clusters = cluster_flight(
        file.flight.position_m[:, :2],
        file.flight.rss_db,
        ClusteredSettings(**snakemake.params.settings),
    )
    look, name = Look(**snakemake.params.look), snakemake.params.name
    figure = cluster_map(clusters, name, file.kind, file.source_m[:2], look)
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
