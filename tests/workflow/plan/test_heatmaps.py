"""What modes on radio maps need by a config: scenes, networks, weights, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from snakemake.utils import update_config
from support.paths import ROOT

from rfsl.errors import ConfigError
from rfsl.workflow.plan.plan import Plan

#: LocHeatmap's modes: network, and decoder of the estimate.
PUBLISHED = {
    "proposal": ("log", "soft_argmax"),
    "proposal_dsnt": ("log", "dsnt"),
    "proposal_gaussian_softargmax": ("gaussian", "soft_argmax"),
    "proposal_gaussian_dsnt": ("gaussian", "dsnt"),
    "proposal_rss_only": ("rss_only", "argmax"),
    "proposal_aoa_only": ("aoa_only", "argmax"),
    "DCAe": ("dcae", "argmax"),
    "DCAe_simple": ("dcae_simple", "argmax"),
    "LocUNet": ("locunet", "dsnt"),
    "LocUNet_softargmax": ("locunet_softargmax", "soft_argmax"),
}
#: A network that is no default's, as an overlay.
ADDED = "{{heatmaps: {{networks: {{mine: {{architecture: locunet, {}}}}}}}}}"

#: A mode on a folder of maps, as an overlay: inputs of its network, and modes of the figure.
FOLDER = (
    "{{heatmaps: {{folder: {{path: maps}}, networks: {{mine: {{architecture: locunet, "
    "inputs: [{}], target: log_distance, trained_decoder: soft_argmax}}}}}}, "
    "modes: {{maps: {{localizer: heatmap, propagation: map_folder, network: mine, "
    "decoder: soft_argmax, label: x}}}}, "
    "figures: {{heatmap: {{modes: [{}], panels_mode: maps}}}}}}"
)


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # tables are named relative to it


def plan(overlay: str = "{}") -> Plan:
    """The default config under an overlay, as Snakemake merges them."""
    raw: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    update_config(raw, yaml.safe_load(overlay))
    return Plan.of(raw)


def test_the_ten_modes_of_locheatmap() -> None:
    default = plan()
    modes = default.config.modes
    for name, (network, decoder) in PUBLISHED.items():
        assert default.is_heatmap(name)
        assert (modes[name].network, modes[name].decoder) == (network, decoder)
        assert modes[name].propagation == "los_nlos"
        assert name in default.config.figures.heatmap.modes
    assert set(PUBLISHED) <= set(default.heatmaps.modes())
    assert len({modes[name].label for name in default.heatmaps.modes()}) == len(
        default.heatmaps.modes()
    )


def test_what_the_networks_of_locheatmap_are() -> None:
    networks = plan().heatmaps.networks
    found = {name: (n.architecture, " ".join(n.inputs), n.target) for name, n in networks.items()}
    both, everything = "completed_rss completed_aoa", "rss aoa height"
    assert found["completed_rss"] == ("modified_dcae", "rss height", "rss")
    assert found["completed_aoa"] == ("modified_dcae", "aoa height", "aoa")
    assert found["log"] == ("locunet", both, "log_distance")
    assert found["gaussian"] == ("locunet", both, "gaussian")
    assert found["rss_only"] == ("locunet", "completed_rss", "log_distance")
    assert found["aoa_only"] == ("locunet", "completed_aoa", "log_distance")
    assert found["dcae"] == ("dcae", everything, "log_distance")
    assert found["dcae_simple"] == ("modified_dcae", everything, "log_distance")
    assert found["locunet"] == ("locunet", everything, "log_distance")
    assert found["locunet_softargmax"] == ("locunet", everything, "log_distance")
    assert networks["locunet"].trained_decoder == "dsnt"
    assert networks["locunet_softargmax"].trained_decoder == "soft_argmax"
    assert networks["rss_only"].trained_decoder is networks["aoa_only"].trained_decoder is None
    # And the same with skip connections.
    assert found["completed_rss_skips"] == ("skipped_dcae", "rss height", "rss")
    assert found["completed_aoa_skips"] == ("skipped_dcae", "aoa height", "aoa")
    skipped = "completed_rss_skips completed_aoa_skips"
    assert found["log_skips"] == ("locunet", skipped, "log_distance")


def test_networks_are_shared_by_modes() -> None:
    """Ten modes, ten networks: two completions feed six modes, two networks serve two each."""
    heatmaps = plan("{heatmaps: {training: {seeds: 1}}}").heatmaps
    files = {mode: heatmaps.mode_weights(mode) for mode in PUBLISHED}
    assert len({path for paths in files.values() for path in paths}) == 10
    for completion, count in (("completed_rss", 5), ("completed_aoa", 5)):
        feeds = [mode for mode, paths in files.items() if f"/{completion}/" in " ".join(paths)]
        assert len(feeds) == count
    assert sum(len(paths) > 1 for paths in files.values()) == 6
    serving = [paths[-1] for paths in files.values()]
    shared = {path.split("/")[4] for path in serving if serving.count(path) == 2}
    assert shared == {"log", "gaussian"}


def test_weights_are_in_the_order_of_their_networks() -> None:
    """Seed by seed, completions before the network that sees them."""
    heatmaps = plan("{heatmaps: {training: {seeds: 2}}}").heatmaps
    names = ["completed_rss", "completed_aoa", "log"]
    assert list(heatmaps.network_params("log")) == names
    assert list(heatmaps.mode_params("proposal")["networks"]) == names
    folder = "results/models/heatmap/los_nlos"
    assert heatmaps.mode_weights("proposal") == [
        f"{folder}/{name}/seed{seed}/model.safetensors" for seed in range(2) for name in names
    ]
    assert heatmaps.seed_weights("free_space", "rss_only") == [
        f"results/models/heatmap/free_space/rss_only/seed{seed}/model.safetensors"
        for seed in range(2)
    ]
    assert heatmaps.completions("locunet") == []
    # A network's own order of inputs counts, not that of the config.
    swapped = plan(
        "{heatmaps: {networks: {log: {inputs: [completed_aoa, height, completed_rss]}}}}"
    )
    assert swapped.heatmaps.completions("log") == ["completed_aoa", "completed_rss"]
    assert list(swapped.heatmaps.network_params("log")) == ["completed_aoa", "completed_rss", "log"]


def test_networks_that_complete_rss_are_compared() -> None:
    heatmaps = plan().heatmaps
    assert heatmaps.rss_completions() == ["completed_rss", "corrected_rss", "completed_rss_skips"]
    assert heatmaps.whole_map_networks() == ["whole_rss", "whole_rss_skips"]


def test_every_network_that_locheatmap_has_can_be_an_original_one() -> None:
    default, original = plan().heatmaps, plan("{heatmaps: {original: true}}").heatmaps
    named = {name for name, network in default.networks.items() if network.original}
    assert named == {
        *("rss_original", "aoa_original", "log_original", "locunet_softargmax_original"),
    }
    ours = {name for name, network in original.networks.items() if not network.original}
    assert ours == {
        *("completed_rss_skips", "completed_aoa_skips", "log_skips", "corrected_rss"),
        *("log_corrected", "rss_only_corrected", "whole_rss", "whole_rss_skips"),
    }
    # What goes into a training changes, and what an autoencoder is trained to decode.
    assert default.network_params("log") != original.network_params("log")
    assert original.network_params("dcae")["dcae"]["trained_decoder"] is None
    assert original.networks["locunet"].trained_decoder == "dsnt"


def test_the_precision_is_measured_unless_it_is_set() -> None:
    default = plan().heatmaps
    assert default.precision_files() == ["results/models/heatmap/precision.json"]
    assert default.architectures() == ["dcae", "locunet", "modified_dcae", "skipped_dcae"]
    assert plan("{heatmaps: {training: {precision: float32}}}").heatmaps.precision_files() == []
    # More epochs measure nothing again.
    longer = plan("{heatmaps: {training: {epochs: 90}}}").heatmaps
    wider = plan("{heatmaps: {training: {width: 0.9}}}").heatmaps
    assert default.timed_params() == longer.timed_params() != wider.timed_params()


def test_scenes_of_a_folder() -> None:
    """Its figures compare what can be made of its pictures: no search, no completion by a model."""
    heatmaps = plan(FOLDER.format("completed_rss, height", "maps")).heatmaps
    folder = {"path": "maps", "dataset": "RadioMapSeer", "gains": "DPM"}
    assert heatmaps.map_params("map_folder") == {"folder": folder}
    assert heatmaps.antenna_files("map_folder") == []
    assert heatmaps.shown_propagation() == "map_folder"
    assert heatmaps.shown_search() == []
    assert heatmaps.rss_completions() == ["completed_rss", "completed_rss_skips"]
    assert heatmaps.scenes_in_words("maps") == "Scenes of RadioMapSeer"
    assert heatmaps.mode_weights("maps")[0].startswith("results/models/heatmap/map_folder/")
    simulated = plan().heatmaps
    assert simulated.shown_search() == ["results/evaluation/heatmap/two_laws.parquet"]
    assert simulated.scenes_in_words("proposal") == "Synthetic scenes"


def test_training_depends_on_what_it_uses() -> None:
    """More seeds, or scenes of other splits, train no network again."""
    base, other = (
        plan(text).heatmaps
        for text in (
            "{}",
            "{heatmaps: {training: {seeds: 7}, scenes: {train_scenes: 9, shard_size: 3}, "
            "gaussian_std_px: 5.0, soft_argmax_beta: 30.0}}",
        )
    )
    assert base.training_params() == other.training_params()
    assert base.scene_params() == other.scene_params()
    assert other.seeds() == range(7)
    assert other.target_params("gaussian") == {"gaussian_std_px": 5.0, "soft_argmax_beta": None}
    assert other.target_params("log") == {"gaussian_std_px": None, "soft_argmax_beta": 30.0}
    assert base.target_params("locunet") == other.target_params("locunet")
    assert base.target_params("completed_rss") == other.target_params("completed_rss")
    # Its decoder is the mode's own, and so is its β.
    assert other.mode_params("proposal")["soft_argmax_beta"] == 30.0
    assert other.mode_params("proposal_dsnt")["decoder"] == "dsnt"


def test_scenes_in_shards() -> None:
    heatmaps = plan(
        "{heatmaps: {scenes: {train_scenes: 7, validation_scenes: 2, test_scenes: 3, "
        "shard_size: 3}}}"
    ).heatmaps
    found = {split: heatmaps.shards(split) for split in ("train", "validation", "test")}
    assert [len(shard) for shard in found["train"]] == [3, 3, 1]
    assert sorted(number for shard in found["train"] for number in shard) == list(range(7))
    assert [[*shard] for shard in found["validation"]] == [[0, 1]]
    assert [[*shard] for shard in found["test"]] == [[0, 1, 2]]
    assert heatmaps.scene_files("two_ray", "train") == [
        f"results/radiomaps/two_ray/train/{shard}.arrow" for shard in range(3)
    ]


def test_what_maps_of_a_propagation_depend_on() -> None:
    heatmaps = plan().heatmaps
    assert heatmaps.map_params("los_nlos") == {"model": {}, "attitude_range_deg": None}
    assert heatmaps.antenna_files("los_nlos") == []
    two_ray = heatmaps.map_params("two_ray")
    assert two_ray["model"] == heatmaps.core.propagation_params("two_ray")
    assert heatmaps.mode_propagation("proposal_rss_only_free_space") == "free_space"
    known = plan(
        "{propagation: {legs: {beta: 0.3}}, modes: {proposal: {propagation: enhanced_two_ray}}}"
    )
    assert known.heatmaps.mode_propagation("proposal") == "enhanced_two_ray"


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        (
            "{heatmaps: {networks: {log: {inputs: [rss, magic]}}}}",
            ["networks.log.inputs: found magic; allowed: rss, aoa, height", "completed_aoa"],
        ),
        (
            "{heatmaps: {networks: {log: {inputs: [gaussian, rss]}}}}",
            ["networks.log.inputs: found gaussian; allowed: rss,"],
        ),
        (  # a completion of a completion
            ADDED.format("inputs: [completed_rss], target: rss"),
            ["networks.mine.inputs: found completed_rss; allowed: rss, aoa, height, rss_model ("],
        ),
        (  # or of itself
            ADDED.format("inputs: [mine, rss], target: rss"),
            ["networks.mine.inputs: found mine; allowed: rss, aoa, height, rss_model ("],
        ),
        (
            "{heatmaps: {networks: {rss: {architecture: dcae, inputs: [aoa], target: rss}}}}",
            ["heatmaps: networks: rss is the name of a measured map"],
        ),
        (
            "{heatmaps: {networks: {log: {inputs: [rss_original, height]}}}}",
            ["networks.log.inputs: found rss_original, whose original: is not that of log (false)"],
        ),
        (
            ADDED.format("inputs: [rss_model, rss], target: rss, original: true"),
            ["networks.mine: original: found true, but LocHeatmap has no network with"],
        ),
        (
            "{figures: {heatmap: {original_modes: [kriging_two_ray]}}}",
            ["figures.heatmap.original_modes names kriging_two_ray"],
        ),
        (
            ADDED.format("inputs: [rss, aoa], target: aoa, whole_map: true"),
            ["networks.mine: whole_map: found true for target aoa; only a network with target rss"],
        ),
        (  # which completes nothing
            "{heatmaps: {networks: {log: {inputs: [whole_rss]}}}}",
            ["networks.log.inputs: found whole_rss; allowed: rss,"],
        ),
        (
            "{heatmaps: {networks: {completed_rss: {trained_decoder: dsnt}}}}",
            ["networks.completed_rss: trained_decoder: a network with target rss takes none"],
        ),
        (
            "{heatmaps: {networks: {completed_rss: {corrects: height}}}}",
            ["networks.completed_rss: corrects: found height; allowed: null", "target rss (rss)"],
        ),
        (
            "{heatmaps: {networks: {completed_rss: {corrects: rss_model}}}}",  # not an input
            ["networks.completed_rss: corrects: found rss_model; allowed: null", "(rss)"],
        ),
        (
            "{heatmaps: {networks: {locunet: {corrects: rss}}}}",
            ["networks.locunet: corrects: found rss; allowed: null", "(there is none)"],
        ),
        (
            "{heatmaps: {networks: {log: {architecture: resnet}}}}",
            ["heatmaps.networks.log.architecture: found 'resnet'", "'locunet'", "'modified_dcae'"],
        ),
        (
            "{modes: {proposal: {network: completed_rss}}}",
            ["modes.proposal.network: found completed_rss; allowed: log, gaussian, rss_only,"],
        ),
        (
            "{modes: {proposal: {network: magic}}}",
            ["modes.proposal.network: found magic; allowed: log, gaussian, rss_only,"],
        ),
        (
            "{modes: {proposal: {decoder: null}}}",
            ["modes.proposal.decoder: localizer heatmap needs decoder"],
        ),
        (
            "{modes: {proposal: {network: null}}}",
            ["modes.proposal.network: localizer heatmap needs network"],
        ),
        (
            "{modes: {proposal: {decoder: median}}}",
            ["modes.proposal.decoder: found 'median'", "'argmax', 'dsnt' or 'soft_argmax'"],
        ),
        (
            "{modes: {strongest_rss: {decoder: dsnt}}}",
            ["modes.strongest_rss.decoder: localizer strongest_rss takes no decoder"],
        ),
        (
            "{modes: {strongest_rss: {network: log}}}",
            ["modes.strongest_rss.network: localizer strongest_rss takes no network"],
        ),
        (
            "{modes: {proposal: {representation: clustered}}}",
            ["modes.proposal.representation: localizer heatmap takes no representation"],
        ),
        (
            "{modes: {proposal: {propagation: calibrated}}}",
            [
                "modes.proposal.propagation: found calibrated;",
                *("allowed are: los_nlos, ", " free_space", " two_ray"),
            ],
        ),
        (
            "{modes: {proposal: {propagation: enhanced_two_ray}}}",
            ["modes.proposal.propagation: found enhanced_two_ray;", "propagation.legs.beta"],
        ),
        (
            "{modes: {clustered_two_ray: {propagation: los_nlos}}}",
            ["modes.clustered_two_ray.propagation: found 'los_nlos'. Allowed: calibrated,"],
        ),
        (
            "{figures: {heatmap: {modes: [proposal, strongest_rss, grid_two_ray]}}}",
            [
                "figures.heatmap.modes: found strongest_rss, grid_two_ray, whose localizer is not",
                "allowed: proposal, proposal_dsnt,",
            ],
        ),
        (
            "{figures: {heatmap: {panels_mode: strongest_rss}}}",
            ["figures.heatmap.panels_mode: found strongest_rss,", "allowed: proposal,"],
        ),
        (
            "{figures: {heatmap: {modes: [nobody]}}}",
            ["figures.heatmap.modes names nobody", "proposal_dsnt"],
        ),
        (
            "{modes: {two_laws: {localizer: heatmap, propagation: los_nlos, network: log, "
            "decoder: dsnt, label: x}}}",
            ["modes: two_laws is reserved for other results in results/evaluation/"],
        ),
        (
            "{figures: {simulated: {modes: [proposal]}}}",
            ["figures.simulated.modes: found proposal, a network", "allowed: strongest_rss,"],
        ),
        (
            "{modes: {proposal_rss_only: {propagation: map_folder}}}",
            ["heatmaps.folder.path: found null, but modes.proposal_rss_only has the propagation"],
        ),
        (
            "{heatmaps: {folder: {path: maps}}, modes: {LocUNet: {propagation: map_folder}}}",
            [
                "modes.LocUNet.network: locunet needs aoa, which RadioMapSeer does not have",
                "allowed: rss_only",
            ],
        ),
        (
            FOLDER.format("completed_aoa, corrected_rss", "maps"),
            ["modes.maps.network: mine needs aoa and rss_model, which RadioMapSeer does not"],
        ),
        (
            FOLDER.format("rss, height", "maps, proposal"),
            ["figures.heatmap.modes: found modes with the propagations los_nlos, map_folder"],
        ),
        (
            "{heatmaps: {folder: {path: maps, dataset: Seer}}}",
            ["heatmaps.folder.dataset: found 'Seer'", "'RadioMap3DSeer'"],
        ),
        (
            "{heatmaps: {scenes: {uav_height_m: 20}}}",
            ["heatmaps.scenes: uav_height_m: 20 is too low", "need 28 or more"],
        ),
        (
            "{heatmaps: {score: {coverages: [0.2, 0.1]}}}",
            ["heatmaps.score.coverages", "have to rise"],
        ),
    ],
)
def test_what_cannot_be_is_explained(overlay: str, told: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        plan(overlay)
    for text in told:
        assert text in str(error.value)
