"""What several test files use."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.text import Text

from rfsl.propagation.calibration_file import Calibration, LegLoss, Tracking
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.shadowing import Residual


def text_of(figure: Figure) -> str:
    """Every text on a figure, with bars between them."""
    return " | ".join(artist.get_text() for artist in figure.findobj(Text))


def calibration(
    profile: GainProfile,
    residual: Residual,
    *,
    acquisition_db: float = 0.0,
    release_db: float = -30.0,
) -> Calibration:
    """A calibration of that gain and shadowing; nothing else of it is used."""
    legs = LegLoss(
        fitted_beta=0.0,
        beta_low=0.0,
        beta_high=0.0,
        beta=0.0,
        reference_distance_m=1.0,
        mean_shadowed_distance_m=100.0,
        shadowing_loss_db=0.0,
        shadowed_samples=0,
        unshadowed_samples=0,
        residual_std_db=1.0,
    )
    tracking = Tracking(
        floor_db=-40.0, floor_std_db=5.0, acquisition_db=acquisition_db, release_db=release_db
    )
    return Calibration(
        fold="somewhere",
        trials=("t9",),
        kinds=("synthetic",),
        offset_db={"t9": 0.0},
        legs=legs,
        profile=profile,
        residual=residual,
        tracking=tracking,
    )
