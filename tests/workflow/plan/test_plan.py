"""What follows from a config: folds, modes, the ablation, and what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from snakemake.utils import update_config
from support.paths import ROOT

from rfsl.config.config import Config
from rfsl.config.load import merge_overlays
from rfsl.errors import ConfigError
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.resources import growing


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # tables are named relative to it


def plan(text: str = "{}") -> Plan:
    return Plan.of(yaml.safe_load(text))


def afar(**changes: Any) -> Plan:
    return Plan.of(merge_overlays([ROOT / "config/afar.yaml"]) | changes)


def test_folds_of_the_real_flights() -> None:
    """A calibrated simulator leaves the scored location out; free space serves all."""
    real = afar()
    assert real.fold("clustered_enhanced_two_ray", "afar_309_3") == "location_3"
    assert real.fold("clustered_free_space", "afar_309_3") == "none"
    assert real.fold("strongest_rss", "afar_309_3") == "none"
    assert len(real.folds("clustered_calibrated")) == 3
    for fold in real.folds("clustered_calibrated"):
        used = real.calibration_trials(fold)
        assert used and all(real.trials[name].location != fold for name in used)


def test_a_flight_over_an_unknown_source() -> None:
    """It may use every calibration flight, if any of them is real."""
    real = afar()
    assert real.calibration_trials("all") == real.config.calibration.trials
    wanted = ["kriging_calibrated", "kriging_free_space"]
    assert list(real.localize.modes()) == wanted
    # The calibration is made; networks are not trained for one flight.
    made = ["results/calibration/all.json"]
    assert real.localize.files() == made
    learned = afar(localize={"modes": ["ensemble_calibrated", *wanted]}).localize
    assert learned.files() == made
    assert len(learned.modes()["ensemble_calibrated"]["files"]["weights"]) == 5
    assert afar(localize={"modes": ["kriging_free_space"]}).localize.files() == []
    assert plan().localize.files() == []
    with pytest.raises(ConfigError, match="no log is named; add --config flight=PATH"):
        real.localize.flight_paths()
    assert plan("{flight: README.md}").localize.flight_paths() == ["README.md"]
    # No trials table is read, so the command runs in any folder.
    alone = Plan.of_one_flight({"trials": {"table": "absent.tsv"}})
    assert alone.localize.modes() == plan().localize.modes()


def test_set_networks_belong_to_folds() -> None:
    files = afar().mode_fitted("ensemble_calibrated")
    assert sorted(files) == ["location_1", "location_2", "location_3"]
    for fold, values in files.items():
        assert values["calibration"] == f"results/calibration/{fold}.json"
        assert values["pool"] == f"results/models/set_network/{fold}/pool.json"
        assert [f"/{fold}/seed{n}/" in path for n, path in enumerate(values["weights"])] == [
            True
        ] * 5
    assert len(afar().mode_files("ensemble_calibrated")) == 3 * 7
    assert afar().mode_files("strongest_rss") == []


def test_simulated_flights() -> None:
    """Drawn from the calibration of every fold that is scored; the ideal posterior comes last."""
    real = afar()
    assert real.scored_folds() == real.simulated.folds == ["location_1", "location_2", "location_3"]
    assert list(real.simulated.labels) == [*real.config.figures.simulated.modes, "ideal"]
    assert "train_flights" not in real.simulated.flights


def test_a_figure_trains_only_what_it_shows() -> None:
    """The networks of Figure 6(a) are those of the folds of its two trials, at its one time."""
    real = afar()
    scores = real.scores.fig6a()
    folders = {
        folder
        for mode, paths in scores.items()
        if real.is_network(mode)
        for fold, after_s in (Path(path).with_suffix("").parts[-2:] for path in paths)
        for folder in real.networks(mode, fold, after_s.removesuffix("s"))
    }
    assert len(folders) == (2 + 2 + 1) * 5
    assert scores["clustered_free_space"] == [
        "results/evaluation/clustered_free_space/none/600s.parquet"
    ]
    assert len(real.scores.all_modes()["clustered_enhanced_two_ray"]) == 3 * 2
    assert len(real.scores.fig6c()["clustered_enhanced_two_ray"]) == 2
    both = afar(figures={"fig6a": {"trials": ["afar_309_2"], "times_s": [180, 600]}})
    assert [Path(path).name for path in both.scores.fig6a()["clustered_enhanced_two_ray"]] == [
        "180s.parquet",
        "600s.parquet",
    ]


def test_trials_of_a_fold() -> None:
    real = afar()
    mode = "clustered_enhanced_two_ray"
    assert real.fold_trials(mode, "location_3") == ["afar_288_3", "afar_300_3", "afar_309_3"]
    assert real.fold_trials("clustered_free_space", "none") == real.config.trials.evaluate


def test_groups_of_figure_6() -> None:
    real = afar()
    assert list(real.groups.fig6a()) == ["afar_309_2", "afar_309_3", "mean"]
    assert list(real.groups.all_scored()) == [*real.config.trials.evaluate, "mean"]
    groups = real.groups.fig6c()
    assert groups["288"] == ["afar_288_2", "afar_288_3"]
    assert len(groups["mean"]) == 6
    assert real.groups.flights_without_score() == ["301", "328"]


def test_more_flights_need_the_config_alone() -> None:
    trials = [f"afar_{flight}_{place}" for flight in (301, 328) for place in (1, 2, 3)]
    table = {"table": "config/trials/afar.tsv", "evaluate": trials}
    more = afar(trials=table)
    assert list(more.groups.fig6c()) == ["301", "328", "mean"]
    assert more.groups.flights_without_score() == ["288", "300", "309"]
    # What a figure was to show is not there: it shows what is, and says so.
    assert list(more.groups.fig6a()) == [*trials, "mean"]
    assert more.groups.unscored(more.config.figures.fig6a.trials) == ["afar_309_2", "afar_309_3"]
    one = afar(trials=table | {"evaluate": ["afar_301_1", "afar_309_3"]})
    assert list(one.groups.fig6a()) == ["afar_309_3", "mean"]
    assert one.groups.unscored(one.config.figures.fig6a.trials) == ["afar_309_2"]
    alone = afar(trials=table | {"evaluate": ["afar_301_1"]})
    assert list(alone.groups.fig6c()) == ["301", "mean"]


def test_ablation() -> None:
    default = plan()
    modes = [variant.mode for variant in default.variants]
    assert "clustered_two_ray_partition_neighbour_graph" in modes
    assert modes.count("clustered_two_ray") == len(default.config.ablation.sweeps)
    variant = next(v for v in default.variants if v.mode == "clustered_two_ray_clusters_30")
    assert variant.params["clusters"] == 30
    assert default.representations[variant.representation] == variant.params
    assert default.mode_representation(variant.mode) == "clustered_clusters_30"
    assert default.mode_representation("clustered_two_ray") == "clustered"
    assert default.is_network(variant.mode)
    # Where the base has the value, no network is trained again.
    other = plan("{preprocessing: {clustered: {clusters: 30}}}")
    assert "clustered_two_ray_clusters_20" in [v.mode for v in other.variants]
    assert "clustered_two_ray_clusters_30" not in [v.mode for v in other.variants]


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        (
            "{modes: {mine: {localizer: strongest, label: x}}}",
            ["modes.mine.localizer: found 'strongest'", "realadaptrnet", "strongest_rss"],
        ),
        (
            "{modes: {mine: {propagation: two_ray, label: x}}}",
            ["modes.mine.representation: localizer realadaptrnet needs representation"],
        ),
        (
            "{modes: {mine: {localizer: grid_likelihood, label: x}}}",
            ["modes.mine.propagation: localizer grid_likelihood needs propagation"],
        ),
        (
            "{modes: {mine: {localizer: strongest_rss, propagation: two_ray, label: x}}}",
            ["modes.mine.propagation: localizer strongest_rss takes no propagation"],
        ),
        (
            "{figures: {error_time: {modes: [strongest_rss, clustered_free_space]}}}",
            ["figures.error_time.modes: found clustered_free_space, a network", "grid_free_space"],
        ),
        (
            "{figures: {simulated: {modes: [clustered_free_space]}}}",
            ["figures.simulated.modes: found clustered_free_space, a network"],
        ),
        (
            "{modes: {ideal: {localizer: strongest_rss, label: x}}}",
            ["modes: ideal is reserved for other results in results/evaluation/"],
        ),
        ("{figures: {error_time: {modes: [nobody]}}}", ["figures.error_time.modes names nobody"]),
        (
            "{figures: {error_time: {times_s: [60, 900]}}}",
            ["figures.error_time.times_s: 900 is longer than flights.duration_s (600)"],
        ),
        (
            "{figures: {replay: {mode: clustered_free_space}}}",
            ["figures.replay.mode: found clustered_free_space, a network", "grid_free_space"],
        ),
        ("{figures: {replay: {mode: nobody}}}", ["figures.replay.mode names nobody"]),
        ("{figures: {replay: {trials: [nowhere]}}}", ["figures.replay.trials: found nowhere"]),
        (
            "{figures: {replay: {times_s: [60, 900]}}}",
            ["figures.replay.times_s: 900 is longer than flights.duration_s (600)"],
        ),
        (
            "{localize: {modes: [kriging_calibrated]}}",
            ["localize.modes: the last is kriging_calibrated, which needs a calibration"],
        ),
        ("{localize: {modes: [magic]}}", ["localize.modes names magic", "kriging_calibrated"]),
        (
            "{modes: {mine: {localizer: set_network, propagation: two_ray, label: x}}}",
            ["modes.mine.propagation: found two_ray; set networks learn from flights drawn from"],
        ),
        ("{ablation: {mode: strongest_rss}}", ["ablation.mode: found strongest_rss", "no network"]),
        ("{ablation: {sweeps: {cluster: [3]}}}", ["ablation.sweeps: found cluster;", "clusters"]),
        ("{ablation: {sweeps: {clusters: [3]}}}", ["ablation.sweeps.clusters: found 3", "13"]),
        (
            "{figures: {fig6a: {trials: [nobody]}}}",
            ["figures.fig6a.trials: found nobody. config/trials/embedded.tsv has only synthetic_1"],
        ),
        ("{figures: {fig6c: {locations: [location_9]}}}", ["figures.fig6c.locations: found"]),
        ("{trials: {estimate_after_s: [600, 180]}}", ["estimate_after_s", "have to rise"]),
        ("{trials: {estimate_after_s: [900]}}", ["900 is longer than spiral.duration_s"]),
        (
            "{figures: {fig6c: {times_s: [900]}}}",
            ["figures.fig6c.times_s: 900 is longer than spiral.duration_s"],
        ),
        (
            "{modes: {clustered_two_ray_clusters_30: {localizer: strongest_rss, label: x}}}",
            ["clustered_two_ray_clusters_30 is the name of a variant of the ablation"],
        ),
    ],
)
def test_what_cannot_be_is_explained(overlay: str, told: list[str]) -> None:
    raw = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    with pytest.raises(ConfigError) as error:
        update_config(raw, yaml.safe_load(overlay))
        Plan.of(raw)
    for text in told:
        assert text in str(error.value)


def with_mode(name: str, **changes: Any) -> Plan:
    raw = Config().model_dump()
    raw["modes"][name] |= changes
    return Plan.of(raw)


def test_a_mode_may_have_its_own_colour_and_training() -> None:
    made = with_mode("clustered_two_ray", color="#010203", training={"batch_size": 8})
    assert made.colors(["clustered_two_ray"]) == {"clustered_two_ray": "#010203"}
    own, others = (made.training_params(m) for m in ("clustered_two_ray", "clustered_free_space"))
    assert own == others | {"batch_size": 8}
    assert "seeds" not in own


@pytest.mark.parametrize(
    ("mode", "training", "texts"),
    [
        ("clustered_two_ray", {"steps": 3}, ["modes.clustered_two_ray", "steps", "batch_size"]),
        ("clustered_two_ray", {"batch_size": 1}, ["modes.clustered_two_ray", "batch_size"]),
        ("kriging_calibrated", {"batch_size": 8}, ["modes.kriging_calibrated.training", "kriging"]),
    ],
)
def test_what_cannot_be_trained_so_is_refused(
    mode: str, training: dict[str, int], texts: list[str]
) -> None:
    with pytest.raises(ConfigError) as error:
        with_mode(mode, training=training)
    for text in texts:
        assert text in str(error.value)


def test_each_attempt_asks_for_twice_as_much() -> None:
    assert [growing(10)(None, attempt) for attempt in (1, 2, 3)] == [10, 20, 40]


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        (
            "{figures: {fig6a: {modes: [clusterd_two_ray]}}}",
            "figures.fig6a.modes names clusterd_two_ray, but modes: has no such mode. "
            "Did you mean clustered_two_ray?",
        ),
        (
            "{modes: {clustered_two_ray: {propagation: two_rays}}}",
            "modes.clustered_two_ray.propagation: found 'two_rays'. Did you mean two_ray?",
        ),
        (
            "{modes: {strongest_rss: {localizer: strongest}}}",
            "modes.strongest_rss.localizer: found 'strongest'. Did you mean strongest_rss?",
        ),
        (
            "{trials: {evaluate: [syntetic_1]}}",
            "trials.evaluate: found syntetic_1. Did you mean synthetic_1?",
        ),
        ("{trainig: {seeds: 1}}", "trainig: unknown key (value {'seeds': 1}). Did you mean"),
    ],
)
def test_a_misspelt_name_is_guessed(overlay: str, told: str) -> None:
    raw = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    update_config(raw, yaml.safe_load(overlay))
    with pytest.raises(ConfigError) as error:
        Plan.of(raw)
    assert told in str(error.value)
