"""Modes on a folder of radio maps, from its pictures to the figure."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml
from support.checkouts import TINY, checkout, snakemake, told
from support.map_folders import write_folder

from rfsl.io.schemas import HeatmapTable
from rfsl.io.tables import read_frame
from rfsl.radiomaps.files import read_scenes

pytestmark = pytest.mark.workflow

TARGETS = (
    *(f"results/figures/heatmap_{name}.pdf" for name in ("coverage", "panels")),
    "results/tables/heatmap_completion.tsv",
)


@pytest.mark.parametrize("dataset", ["RadioMapSeer", "RadioMap3DSeer"])
def test_from_pictures_to_the_figure(tmp_path: Path, dataset: str) -> None:
    folder = checkout(tmp_path / "checkout")
    write_folder(folder / "maps", dataset, maps=14, transmitters=4, side=32)
    overlay = {
        "heatmaps": {
            "folder": {"path": "maps", "dataset": dataset},
            "scenes": {"pixels": 16, "pixel_m": 2, "train_scenes": 16, "test_scenes": 6},
        },
        "figures": {"heatmap": {"modes": ["maps_proposal"], "panels": 2}},
    }
    (folder / "small.yaml").write_text(yaml.safe_dump(overlay))
    configs = (*TINY, "config/radio_maps.yaml", "small.yaml")
    run = snakemake(folder, *TARGETS, *configs)
    assert run.returncode == 0, told(run)
    for name in ("coverage", "noise", "panels"):
        path = folder / f"results/figures/heatmap_{name}.pdf"
        assert path.read_bytes().startswith(b"%PDF")
    table = pd.read_csv(folder / "results/tables/heatmap.tsv", sep="\t")
    assert set(table["mode"]) == {"maps_proposal"}  # and no search by laws that do not hold here
    scores = read_frame(folder / "results/evaluation/heatmap/maps_proposal.parquet", HeatmapTable)
    assert scores["error_m"].between(0.0, 46.0).all()
    assert scores["scene"].nunique() == 6
    completed = pd.read_csv(folder / "results/tables/heatmap_completion.tsv", sep="\t")
    assert set(completed["method"]) == {
        "nearest_neighbour",
        "kriging",
        "completed_rss",
        "completed_rss_skips",
    }
    kriging_db = completed.loc[completed["method"] == "kriging", "rmse_db"]
    assert (kriging_db < 12.0).all()  # pixels inside buildings, 90 dB lower, are not scored
    shards = sorted((folder / "results/radiomaps/map_folder/train").glob("*.arrow"))
    assert not read_scenes(shards).known.all()


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "checkout")
    write_folder(folder / "maps", maps=7, transmitters=2, side=32)
    for gain in (folder / "maps/gain/DPM").iterdir():
        gain.unlink()
    overlay = {"heatmaps": {"folder": {"path": "maps"}, "scenes": {"pixels": 16, "pixel_m": 2}}}
    (folder / "small.yaml").write_text(yaml.safe_dump(overlay))
    target = "results/radiomaps/map_folder/test/0.arrow"
    run = snakemake(folder, target, *TINY, "config/radio_maps.yaml", "small.yaml")
    assert run.returncode != 0
    assert "there is no such picture, though others of this map are there" in told(run)
    assert "Traceback" not in told(run)
    assert not (folder / target).exists()
