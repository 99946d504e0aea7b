"""Checks of a config across its blocks, made before any job runs."""

from __future__ import annotations

from rfsl.config.radiomaps import FOLDER_CHANNELS, LOS_NLOS, MAP_FOLDER
from rfsl.errors import ConfigError, did_you_mean
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.spec import HEATMAP, IDEAL, NETWORK
from rfsl.propagation.models import MODELS
from rfsl.workflow.plan.core import Core, listed
from rfsl.workflow.plan.heatmaps import HeatmapPlan
from rfsl.workflow.plan.localize import LocalizePlan

#: Names of other results in results/evaluation/, which no mode may have.
_RESERVED = {"heatmap", "planning", "simulated", "time", "whole", "two_laws", IDEAL}


def check_models(core: Core) -> None:
    """Check that the named propagation models and receivers exist.

    Raises:
        ConfigError: one does not exist, or a model has no receiver.
    """
    config = core.config
    named = [
        (f"modes.{mode}.propagation", m.propagation)
        for mode, m in config.modes.items()
        if m.propagation is not None and not core.is_heatmap(mode)
    ]
    named += [("figures.fig5.models", name) for name in config.figures.fig5.models]
    for key, name in named:
        if name not in MODELS:
            raise ConfigError(
                f"{key}: found {name!r}.{did_you_mean([name], MODELS)} Allowed: "
                f"{', '.join(sorted(MODELS))}"
            )
        if name not in config.simulation.receivers:
            raise ConfigError(f"simulation.receivers: {name} has no receiver; name one for it")
    for model, receiver in config.simulation.receivers.items():
        if receiver not in config.receivers:
            raise ConfigError(
                f"simulation.receivers.{model}: found {receiver!r}; receivers: has only "
                f"{', '.join(sorted(config.receivers))}"
            )


def check_locations(core: Core) -> None:
    """Check that the named locations exist.

    Raises:
        ConfigError: no trial is at one of them.
    """
    config = core.config
    known = sorted({trial.location for trial in core.trials.values()})
    unknown = [name for name in config.figures.fig6c.locations or [] if name not in known]
    if unknown:
        raise ConfigError(
            f"figures.fig6c.locations: found {', '.join(unknown)}; {config.trials.table} has only "
            f"{', '.join(known)}"
        )


def check_modes(core: Core) -> None:
    """Check that each mode has exactly the keys that its localizer needs, and is used where it can.

    Raises:
        ConfigError: a key is missing, unknown or superfluous; a figure names a mode that cannot
            make its estimates; a mode has a reserved name.
    """
    known = sorted([NETWORK, HEATMAP, *LOCALIZERS])
    for name, mode in core.config.modes.items():
        where = f"modes.{name}"
        needed: tuple[str, ...]
        if core.is_network(name):
            needed = ("representation", "propagation")
        elif core.is_heatmap(name):
            needed = ("propagation", "network", "decoder")
        elif mode.localizer in LOCALIZERS:
            needed = LOCALIZERS[mode.localizer].needs
        else:
            raise ConfigError(
                f"{where}.localizer: found {mode.localizer!r}."
                f"{did_you_mean([mode.localizer], known)} Allowed: {', '.join(known)}"
            )
        for key in ("representation", "propagation", "network", "decoder"):
            if (getattr(mode, key) is None) == (key in needed):
                what = "needs" if key in needed else "takes no"
                raise ConfigError(f"{where}.{key}: localizer {mode.localizer} {what} {key}")
        if mode.training and not core.is_network(name):
            raise ConfigError(
                f"{where}.training: found {', '.join(mode.training)}; localizer {mode.localizer} "
                f"does not use training:, only {NETWORK} does"
            )
        trained = mode.localizer in LOCALIZERS and LOCALIZERS[mode.localizer].networks != "none"
        if trained and not core.mode_needs_calibration(name):
            raise ConfigError(
                f"{where}.propagation: found {mode.propagation}; set networks learn from flights "
                "drawn from a calibration, so localizer "
                f"{mode.localizer} needs a model that is calibrated"
            )
    if not core.is_network(core.config.ablation.mode):
        raise ConfigError(
            f"ablation.mode: found {core.config.ablation.mode}, which has no network; allowed: "
            f"{', '.join(core.network_modes())}"
        )
    classical = core.classical_modes()
    networks = [m for m in core.config.figures.error_time.modes if m not in classical]
    if networks:
        raise ConfigError(
            f"figures.error_time.modes: found {', '.join(networks)}, a network that is trained for "
            "the times of trials.estimate_after_s and can make no estimate at others; allowed: "
            f"{', '.join(classical)}"
        )
    if core.config.figures.replay.mode not in classical:
        raise ConfigError(
            f"figures.replay.mode: found {core.config.figures.replay.mode}, a network that is "
            "trained for the times of trials.estimate_after_s and can make no estimate at others; "
            f"allowed: {', '.join(classical)}"
        )
    for figure in ("simulated", "coverage"):
        modes = getattr(core.config.figures, figure).modes
        networks = [m for m in modes if m not in classical]
        if networks:
            raise ConfigError(
                f"figures.{figure}.modes: found {', '.join(networks)}, a network that needs the "
                f"samples of a flight; allowed: {', '.join(classical)}"
            )
    reserved = sorted(_RESERVED & set(core.config.modes))
    if reserved:
        raise ConfigError(
            f"modes: {', '.join(reserved)} is reserved for other results in results/evaluation/; "
            "choose another name"
        )
    taken = [v.mode for v in core.variants if v.mode in core.config.modes]
    clash = set(taken) - {core.config.ablation.mode}
    if clash:
        raise ConfigError(
            f"modes: {', '.join(sorted(clash))} is the name of a variant of the ablation; choose "
            "another name"
        )


def check_heatmaps(core: Core) -> None:
    """Check the modes on radio maps: their networks, their propagation, and the figures of them.

    Raises:
        ConfigError: a network makes no heatmap, scenes cannot be drawn with a propagation model, or
            a figure names a mode that is not on radio maps.
    """
    config = core.config
    heatmaps = HeatmapPlan(core)
    on_maps = heatmaps.modes()
    makers = [name for name, network in config.heatmaps.networks.items() if not network.completes]
    for name in on_maps:
        mode = config.modes[name]
        if mode.network not in makers:
            raise ConfigError(
                f"modes.{name}.network: found {mode.network}; allowed: {', '.join(makers)} (the "
                "networks of heatmaps.networks that make a heatmap)"
            )
        if mode.propagation == MAP_FOLDER:
            _check_folder_mode(heatmaps, name)
            continue
        models = [model for model in MODELS if not core.propagation_needs_calibration(model)]
        if mode.propagation not in (LOS_NLOS, *models):
            raise ConfigError(
                f"modes.{name}.propagation: found {mode.propagation}; scenes are drawn without a "
                f"calibration, so allowed are: {', '.join([LOS_NLOS, *models])}"
                " (enhanced_two_ray too, once propagation.legs.beta is a number), and "
                f"{MAP_FOLDER} for the scenes of heatmaps.folder"
            )
    for key, modes in (
        ("modes", config.figures.heatmap.modes),
        ("original_modes", config.figures.heatmap.original_modes),
        ("panels_mode", [config.figures.heatmap.panels_mode]),
    ):
        others = [mode for mode in modes if mode not in on_maps]
        if others:
            raise ConfigError(
                f"figures.heatmap.{key}: found {', '.join(others)}, whose localizer is not "
                f"{HEATMAP}; allowed: {', '.join(on_maps)}"
            )

    shown = {heatmaps.mode_propagation(mode) for mode in config.figures.heatmap.modes}
    if MAP_FOLDER in shown and len(shown) > 1:
        raise ConfigError(
            f"figures.heatmap.modes: found modes with the propagations {', '.join(sorted(shown))}; "
            f"a figure compares modes on the same scenes, so all of them need {MAP_FOLDER}, or none"
        )


def _check_folder_mode(heatmaps: HeatmapPlan, name: str) -> None:
    """Check that a mode can take its scenes from the folder of maps.

    Raises:
        ConfigError: there is no folder, or the network needs what its pictures do not hold.
    """
    config = heatmaps.core.config
    if config.heatmaps.folder.path is None:
        raise ConfigError(
            f"heatmaps.folder.path: found null, but modes.{name} has the propagation {MAP_FOLDER}; "
            "set it to the folder of RadioMapSeer or RadioMap3DSeer"
        )
    network = heatmaps.mode_network(name)
    lacking = sorted(heatmaps.channels(network) - set(FOLDER_CHANNELS))
    if lacking:
        able = [
            other
            for other, item in config.heatmaps.networks.items()
            if not item.completes and heatmaps.channels(other) <= set(FOLDER_CHANNELS)
        ]
        raise ConfigError(
            f"modes.{name}.network: {network} needs {' and '.join(lacking)}, which "
            f"{config.heatmaps.folder.dataset} does not have: its pictures hold RSS and buildings, "
            f"measured on the ground; allowed: {', '.join(able)}"
        )


def check_localize(core: Core) -> None:
    """Check that the last of `localize.modes` needs no file that may be missing.

    Raises:
        ConfigError: it needs a calibration or trained networks.
    """
    name, last = list(LocalizePlan(core).modes().items())[-1]
    if last["files"] is None or listed(last["files"]):
        raise ConfigError(
            f"localize.modes: the last is {name}, which needs a calibration or training; end with "
            "a mode that needs neither"
        )
