"""Keys of the figures: what each of them shows."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rfsl.config.base import Horizons, Name, Settings
from rfsl.config.widths import FigureWidth

Names = Annotated[list[Name], Field(min_length=1)]

#: The modes that the paper compares.
_PAPER_MODES = [
    "clustered_enhanced_two_ray",
    "normalized_enhanced_two_ray",
    "clustered_free_space",
]


class Fig4aSettings(Settings):
    """Figure 4(a): the clusters of a flight."""

    trial: Name | None = Field(
        None, description="trial whose flight is shown; null: the first of trials.evaluate"
    )


class Fig5Settings(Settings):
    """Figure 5: how well each propagation model predicts the measured RSS."""

    trials: Names | None = Field(
        None,
        description="trials whose flights are compared (and drawn in Figure 1), each with the "
        "calibration of its fold; null: those of trials.evaluate",
    )
    models: Names = Field(
        ["free_space", "two_ray", "enhanced_two_ray", "calibrated"],
        description="propagation models compared",
    )


class ErrorBarsSettings(Settings):
    """Which times a figure of errors shows."""

    times_s: Horizons | None = Field(
        None,
        description="times of the estimates; bars show the last, crosses the earlier ones, and "
        "networks are trained for each; null: the last of trials.estimate_after_s",
    )


class ShownTrials(ErrorBarsSettings):
    """Which trials a figure of errors shows."""

    trials: Names | None = Field(
        None,
        description="trials shown, if trials.evaluate has them; null: all of trials.evaluate",
    )


class Fig6aSettings(ShownTrials):
    """Figure 6(a): error by trial and mean error, for the paper's three modes and kriging."""

    modes: Names = Field(
        [*_PAPER_MODES, "kriging_calibrated"], description="modes shown, from left to right"
    )


class Fig6bSettings(ShownTrials):
    """Figure 6(b): error beside that of classical estimators and of the AFAR teams."""

    modes: Names = Field(
        [
            "clustered_enhanced_two_ray",
            "strongest_rss",
            "weighted_centroid",
            "linear_least_squares",
            "grid_free_space",
            "grid_two_ray",
            "particle_filter_free_space",
            "kriging_calibrated",
            "ensemble_calibrated",
        ],
        description="modes shown, from left to right",
    )
    teams: str | None = Field(
        "config/published/afar_teams.tsv",
        description="table of the AFAR teams' published errors on their own flights; null: none",
    )


class Fig6cSettings(ErrorBarsSettings):
    """Figure 6(c): error by trajectory."""

    locations: Names | None = Field(
        None,
        description="locations whose scored trials are averaged for each flight; null: all",
    )
    modes: Names = Field(_PAPER_MODES, description="modes shown, from left to right")


class ErrorTimeSettings(Settings):
    """Error against the time of the estimate, with a panel for each trial."""

    modes: Names = Field(
        ["strongest_rss", "grid_free_space", "kriging_calibrated", "ensemble_calibrated"],
        description="classical modes shown; RealAdaptRNet is trained for the times of "
        "trials.estimate_after_s and makes no estimates at others",
    )
    times_s: Horizons = Field(
        list(range(60, 601, 60)),
        description="an estimate is made from the flight up to each of these times",
    )


class CoverageSettings(Settings):
    """How often regions hold the source, on the scored flights and on simulated ones."""

    modes: Names = Field(
        ["kriging_calibrated", "kriging_free_space"],
        description="modes shown; their localizers give probabilities of candidate positions",
    )
    times_s: Horizons = Field(
        [180, 360, 600],
        description="times of the estimates; the figure shows the last",
    )


class ReplaySettings(Settings):
    """Pages that replay flights: the estimate as the flight goes on."""

    mode: Name = Field(
        "kriging_calibrated",
        description="classical mode that makes the estimates; if its localizer gives "
        "probabilities, its regions are shown; of several networks, the first is used",
    )
    trials: Names | None = Field(
        None, description="trials replayed, a page for each; null: those of trials.evaluate"
    )
    times_s: Horizons = Field(
        list(range(30, 601, 30)), description="steps of the slider, as times of flight"
    )


class SimulatedSettings(Settings):
    """Table of errors on simulated flights, beside the errors of the ideal posterior."""

    modes: Names = Field(
        ["kriging_calibrated", "set_calibrated", "ensemble_calibrated"],
        description="modes compared; their localizers give probabilities of candidate positions",
    )
    redraws: Annotated[int, Field(ge=2)] = Field(
        20,
        description="how often the RSS of each scored flight is redrawn to measure the ideal "
        "posterior on it",
    )


class HeatmapFigureSettings(Settings):
    """Figures of the modes on radio maps: error against coverage and noise, and single scenes."""

    modes: Names = Field(
        [
            "proposal",
            "proposal_dsnt",
            "proposal_gaussian_softargmax",
            "proposal_gaussian_dsnt",
            "proposal_rss_only",
            "proposal_aoa_only",
            "DCAe",
            "DCAe_simple",
            "LocUNet",
            "LocUNet_softargmax",
            "proposal_skips",
            "proposal_corrected",
        ],
        description="modes compared",
    )
    original_modes: Names = Field(
        [
            "proposal",
            "proposal_original",
            "LocUNet_softargmax",
            "LocUNet_softargmax_original",
        ],
        description="modes of results/tables/heatmap_original.tsv, ours beside LocHeatmap's own",
    )
    panels_mode: Name = Field("proposal", description="mode whose maps are shown scene by scene")
    panels: Annotated[int, Field(ge=1)] = Field(4, description="number of test scenes shown")


class FigureSettings(Settings):
    """What the figures show."""

    width: FigureWidth = Field(
        "double",
        description="width of every figure, at the same sizes of type: `column` (252 points) and "
        "`double` (516) for a paper, `slides` (360) to be shown at twice its size",
    )
    titles: bool = Field(
        True,
        description="whether a figure has a title, which says what its data are; without one, "
        "state in the caption whether the trials are real",
    )
    published: str | None = Field(
        "config/published/paper.tsv",
        description="table of the paper's own errors (figure, scope, mode); null: none are marked",
    )
    fig4a: Fig4aSettings = Field(Fig4aSettings(), description="clusters of a flight")
    fig5: Fig5Settings = Field(Fig5Settings(), description="error of the propagation models")
    fig6a: Fig6aSettings = Field(Fig6aSettings(), description="bars of the localization error")
    fig6b: Fig6bSettings = Field(Fig6bSettings(), description="error beside teams and classics")
    fig6c: Fig6cSettings = Field(Fig6cSettings(), description="error by trajectory")
    error_time: ErrorTimeSettings = Field(ErrorTimeSettings(), description="error against time")
    coverage: CoverageSettings = Field(
        CoverageSettings(), description="how often regions hold the source"
    )
    replay: ReplaySettings = Field(ReplaySettings(), description="pages of replayed flights")
    heatmap: HeatmapFigureSettings = Field(
        HeatmapFigureSettings(), description="modes on radio maps"
    )
    simulated: SimulatedSettings = Field(
        SimulatedSettings(), description="table of simulated flights"
    )
