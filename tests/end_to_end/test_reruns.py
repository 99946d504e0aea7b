"""What a change runs again: exactly what it touches, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import pytest
from support.checkouts import (
    TARGETS,
    TINY,
    differing,
    environment,
    jobs,
    results,
    snakemake,
    told,
)
from support.paths import ROOT

pytestmark = pytest.mark.workflow

FIG6 = {"fig6a", "fig6b", "fig6c"}
CLUSTERED = {
    *("train *mode=clustered_*", "evaluate *mode=clustered_*", "fig4a", "clustering"),
    *FIG6,
}
NETWORKS = {"train *", "evaluate *", "clustering", *FIG6}
HEATMAPS = {
    *("train_heatmap *", "score_heatmap *", "locate_heatmap *", "completion", "whole_maps"),
    "heatmap*",
}
SET_NETWORKS = {
    *("train_set_network *", "pool *", "locate* *mode=ensemble_calibrated", "error_time", "fig6b"),
    "error_time_page",
    *("simulated", "simulated_localization *mode=ensemble_*", "simulated_localization *mode=set_*"),
}
LOCATED = {
    *("locate *", "locate_over_time *", "error_time", "error_time_page", "fig6b"),
    *("replay *", "coverage", "fig6a"),
}
#: What is made with a calibration, itself or through what it is made from.
CALIBRATED = {
    *(
        "calibrate *",
        "calibration_table",
        "propagation_errors *",
        "fig5",
        "legs",
        "bounds",
    ),
    *("redrawn", "simulated*", "simulate fold=location_*", "features *fold=location_*"),
    *("train *fold=location_*", "evaluate *mode=*_enhanced_two_ray", *FIG6, "error_time"),
    *("train_set_network *", "pool *", "locate* *mode=*_calibrated"),
    *("error_time_page", "replay *", "coverage", "plan*"),
}
#: What looks at the flights themselves.
FLOWN = {
    *("fig1", "fig4a", "propagation_errors *", "fig5", "legs", "bounds", "redrawn"),
    *("evaluate *", *LOCATED, "locate_heatmap *", "clustering", *FIG6, "planning_replay"),
}


@pytest.fixture(scope="module")
def every_job(finished_copy: Path) -> set[str]:
    """Every job there is, when nothing has been made."""
    return jobs(snakemake(finished_copy, "-n", "--forceall", *TARGETS, *TINY))


def dry_run(folder: Path, *changes: str) -> set[str]:
    config = ("--config", *changes) if changes else ()
    run = snakemake(folder, "-n", *TARGETS, *TINY, *config)
    found = jobs(run)
    assert found or "Nothing to be done" in told(run)
    return found


def chosen(every_job: set[str], patterns: set[str]) -> set[str]:
    for pattern in patterns:
        assert any(fnmatch(job, pattern) for job in every_job), pattern
    return {job for job in every_job if any(fnmatch(job, pattern) for pattern in patterns)}


def difference(found: set[str], wanted: set[str]) -> str:
    """Empty if they are equal."""
    return "\n".join(
        [f"not run: {job}" for job in sorted(wanted - found)]
        + [f"run for nothing: {job}" for job in sorted(found - wanted)]
    )


@pytest.mark.parametrize("moved", [False, True])
def test_nothing_is_done_twice(finished: Path, tmp_path: Path, moved: bool) -> None:
    folder = finished
    if moved:
        folder = tmp_path / "elsewhere"
        shutil.copytree(finished, folder)
    assert dry_run(folder) == set()


#: One changed key each, and what has to run again.
CHANGES: dict[str, tuple[str, set[str]]] = {
    "smoothing of one representation": (
        "preprocessing={clustered: {smoothing_sigma_samples: 3}}",
        {"features *representation=clustered*", *CLUSTERED},
    ),
    "number of clusters": (
        "preprocessing={clustered: {clusters: 15}}",
        # Other variants of the ablation than that of 13 clusters have as many as the base.
        {
            *("features *representation=clustered,*", "train *mode=clustered_*_ray,*"),
            *("train *mode=clustered_free_space,*", "evaluate *mode=clustered_*_ray"),
            *("evaluate *mode=clustered_free_space", "fig4a", "clustering", *FIG6),
            *("features *_neighbour_graph,*", "train *_neighbour_graph,*"),
            *("evaluate *_neighbour_graph", "features *_clusters_20,*", "train *_clusters_20,*"),
            "evaluate *_clusters_20",
        },
    ),
    "training of one mode": (
        "modes={clustered_free_space: {training: {learning_rate: 0.002}}}",
        {"train *mode=clustered_free_space,*", "evaluate *mode=clustered_free_space"}
        | {"fig6a", "fig6c"},
    ),
    "training of all networks": ("training={weight_decay: 0.001}", NETWORKS),
    "fewer seeds": ("training={seeds: 1}", {"evaluate *", "clustering", *FIG6}),
    "colour of one mode": (
        "modes={clustered_free_space: {color: '#112233'}}",
        {"fig6a", "fig6c"},
    ),
    "times of one figure": (
        "figures={error_time: {times_s: [450]}}",
        {"locate_over_time *", "error_time", "error_time_page", "coverage"},
    ),
    "steps of the replayed flights": ("figures={replay: {times_s: [450]}}", {"replay *"}),
    "modes of one figure": (
        "figures={error_time: {modes: [strongest_rss]}}",
        {"error_time", "error_time_page"},
    ),
    "angle of a leg": (
        "propagation={legs: {azimuths_deg: [40, 150, 270]}}",
        # The synthetic flights are made with it.
        {"embed_flight *", *CALIBRATED, *FLOWN},
    ),
    "calibration": ("calibration={prior_gain_db: 7.0}", CALIBRATED),
    "more training sources": (
        "simulation={train_sources: 41}",
        {"simulate *shard=2,split=train", "features *split=train", *NETWORKS},
    ),
    "one network on maps": (
        "heatmaps={networks: {locunet: {trained_decoder: soft_argmax}}}",
        {"train_heatmap network=locunet,*", "score_heatmap mode=LocUNet", "heatmap"},
    ),
    "training of networks on maps": (
        "heatmaps={training: {weight_decay: 0.001}}",
        HEATMAPS,
    ),
    "training of set networks": ("set_network={weight_decay: 0.001}", SET_NETWORKS),
    "candidate positions": (
        "localizers={grid_m: 5.0}",
        {*LOCATED, "pool *", "redrawn", "simulated*", "plan*"},
    ),
    "worlds of the planners": ("planning={place_shares: [0.6, 0.8]}", {"plan*"}),
}


@pytest.mark.parametrize(("change", "touched"), CHANGES.values(), ids=CHANGES)
def test_a_changed_key_reruns_what_it_touches(
    finished_copy: Path, every_job: set[str], change: str, touched: set[str]
) -> None:
    found = dry_run(finished_copy, change)
    # A changed key may bring jobs that were not there before.
    assert not difference(found, chosen(every_job | found, touched))


def test_a_flight_more_is_scored_and_nothing_trained(
    finished_copy: Path, every_job: set[str]
) -> None:
    table = finished_copy / "config/trials/embedded.tsv"
    rows = table.read_text().splitlines()
    assert rows[1].startswith("synthetic_1\t")
    more = finished_copy / "more.tsv"
    more.write_text("\n".join([*rows, rows[1].replace("synthetic_1", "synthetic_3", 1)]) + "\n")
    trials = "trials={table: more.tsv, evaluate: [synthetic_1, synthetic_2, synthetic_3]}"
    found = dry_run(finished_copy, trials, "calibration={trials: [synthetic_1, synthetic_2]}")
    more.unlink()
    new = {"embed_flight trial=synthetic_3", "propagation_errors trial=synthetic_3"}
    assert new <= found
    touched = FLOWN - {"propagation_errors *", "fig4a", "replay *"}
    # It is scored in the fold of its location, and in modes without folds.
    others = {"evaluate *fold=location_3,*", "locate *fold=location_3,*"}
    wanted = chosen(every_job, touched) - chosen(every_job, others)
    assert not difference(found - new, wanted)


# Edited files


@contextmanager
def edited(folder: Path, edits: dict[str, Callable[[str], str]]) -> Iterator[None]:
    """Some files of a checkout have another text meanwhile."""
    before = {name: (folder / name).read_text() for name in edits}
    for name, edit in edits.items():
        text = edit(before[name])
        assert text != before[name], name
        (folder / name).write_text(text)
    yield
    for name, text in before.items():
        (folder / name).write_text(text)


def with_code(text: str) -> str:
    return text + "\n_EDITED = 1\n"


def with_comment(text: str) -> str:
    return text + "\n# Edited.\n"


def with_another_docstring(text: str) -> str:
    return re.sub(r'^"""(?:[^"]|\n)*?"""', '"""Edited."""', text, count=1)


def with_other_descriptions(text: str) -> str:
    return re.sub(r'(description=\s*)"', r'\1"edited: ', text)


#: One edited module each, and what has to run again.
MODULES: dict[str, set[str]] = {
    "figures/error_bars.py": FIG6,
    "features/clustering.py": {"features *", "fig4a", *NETWORKS},
    "networks/realadaptrnet/training.py": NETWORKS,
    "networks/set_network/training.py": SET_NETWORKS,
    # Found by listing a folder, not by name.
    "localizers/methods/particle_filter.py": {*LOCATED, "pool *", "redrawn", "simulated*", "plan*"},
    "planning/policies/lawnmower.py": {"plan_flights *", "planning"},
    "radiomaps/two_law_search.py": {
        *HEATMAPS,
        *LOCATED,
        *("score_search", "measure_precision", "pool *", "redrawn", "simulated*", "plan*"),
    },
    "fixes/map.py": set(),
    "pages/page.html": {"replay *", "error_time_page"},
}


@pytest.mark.parametrize(("module", "touched"), MODULES.items(), ids=MODULES)
def test_an_edited_module_reruns_what_imports_it(
    finished_copy: Path, every_job: set[str], module: str, touched: set[str]
) -> None:
    edit = with_code if module.endswith(".py") else with_comment
    with edited(finished_copy, {f"src/rfsl/{module}": edit}):
        found = dry_run(finished_copy)
    assert not difference(found, chosen(every_job, touched))


def test_an_edited_script_reruns_its_rule(finished_copy: Path, every_job: set[str]) -> None:
    with edited(finished_copy, {"workflow/scripts/fig5.py": with_code}):
        found = dry_run(finished_copy)
    assert not difference(found, chosen(every_job, {"fig5"}))


DEEP = "src/rfsl/geometry/links.py"
DESCRIBED = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "src/rfsl/config").glob("*.py")
    if "description=" in path.read_text() and path.name != "generate.py"
)


@pytest.mark.parametrize(
    "edits",
    [
        {DEEP: with_comment},
        {DEEP: with_another_docstring},
        dict.fromkeys(DESCRIBED, with_other_descriptions),
        {"src/rfsl/io/schemas.py": with_other_descriptions},
        {"workflow/scripts/train.py": with_comment, "workflow/scripts/simulate.py": with_comment},
    ],
    ids=["comment", "docstring", "descriptions of keys", "descriptions of columns", "scripts"],
)
def test_words_run_nothing_again(
    finished_copy: Path, edits: dict[str, Callable[[str], str]]
) -> None:
    with edited(finished_copy, edits):
        assert dry_run(finished_copy) == set()


def test_a_new_default_of_a_figure_reruns_that_figure(
    finished_copy: Path, every_job: set[str]
) -> None:
    """In the model, and in config.yaml as `make config` writes it."""
    generated = {
        path: (finished_copy / path).read_text()
        for path in ("config/config.yaml", "config/config.schema.json", "config/README.md")
    }
    old = '["strongest_rss", "grid_free_space", "kriging_calibrated", "ensemble_calibrated"]'
    new = '["grid_free_space", "kriging_calibrated", "ensemble_calibrated"]'
    figures = "src/rfsl/config/figures.py"
    with edited(finished_copy, {figures: lambda text: text.replace(old, new)}):
        subprocess.run(
            [sys.executable, "-m", "rfsl.config.generate"],
            cwd=finished_copy,
            env=environment() | {"PYTHONPATH": str(finished_copy / "src")},
            check=True,
        )
        assert (finished_copy / "config/config.yaml").read_text() != generated["config/config.yaml"]
        found = dry_run(finished_copy)
    for path, text in generated.items():
        (finished_copy / path).write_text(text)
    assert not difference(found, chosen(every_job, {"error_time", "error_time_page"}))


# What has run again is up to date

ONCE = "results/figures/error_time.pdf"


@pytest.mark.parametrize("how", ["key", "module"])
def test_a_change_that_has_run_runs_no_second_time(
    finished: Path, tmp_path: Path, how: str
) -> None:
    folder = Path(shutil.copytree(finished, tmp_path / "checkout"))
    asked = [ONCE, *TINY]
    if how == "key":
        asked += ["--config", "figures={error_time: {modes: [grid_free_space]}}"]
    else:
        module = folder / "src/rfsl/figures/over_time.py"
        module.write_text(with_code(module.read_text()))
    assert jobs(snakemake(folder, "-n", *asked)) == {"error_time"}
    run = snakemake(folder, *asked)
    assert run.returncode == 0, told(run)
    again = snakemake(folder, "-n", *asked)
    assert jobs(again) == set()
    assert "Nothing to be done" in told(again)


def test_touched_results_are_kept(finished: Path, tmp_path: Path) -> None:
    """After an edit that changes no result, `--touch` says so, and no file is made anew."""
    folder = Path(shutil.copytree(finished, tmp_path / "checkout"))
    module = folder / "src/rfsl/features/clustering.py"
    module.write_text(with_code(module.read_text()))
    assert dry_run(folder)
    run = snakemake(folder, "--touch", *TARGETS, *TINY)
    assert run.returncode == 0, told(run)
    assert dry_run(folder) == set()
    made, wanted = results(folder), results(finished)
    assert set(made) == set(wanted)
    assert differing(made, wanted) == []
