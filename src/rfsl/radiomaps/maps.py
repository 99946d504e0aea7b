"""Complete radio maps of a scene: RSS, angle of arrival and line of sight over every pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.config.propagation import PropagationSettings
from rfsl.config.radiomaps import LOS_NLOS, SceneSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.errors import ConfigError
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.models import MODELS
from rfsl.propagation.spec import PropagationModel
from rfsl.radiomaps.scenes import Scene, draw_scene
from rfsl.radiomaps.visibility import line_of_sight
from rfsl.randomness import SPLITS, Stream, generator


@dataclass(frozen=True)
class RadioMaps:
    """What a UAV would measure over each pixel, free of errors.

    Attributes:
        rss_dbm: (H, W) received power.
        aoa_rad: (H, W) azimuth of the source seen from the UAV: counter-clockwise from east, in
            (-π, π].
        line_of_sight: (H, W) whether the UAV sees the source.
        known: (H, W) where the RSS is known; None: everywhere. It is not where a map of others has
            a building.
    """

    rss_dbm: Float32Array
    aoa_rad: Float32Array
    line_of_sight: BoolArray
    known: BoolArray | None = None


def los_nlos_rss_dbm(distance_m: FloatArray, line_of_sight: BoolArray) -> FloatArray:
    """Received power in dBm by LocHeatmap's two laws.

    With line of sight P = −28 − 22 log10(d), without it P = −22 − 36 log10(d), d in metres.

    Args:
        distance_m: d between UAV and source in three dimensions, of any shape; above zero.
        line_of_sight: of the same shape.

    Returns:
        Received power in dBm, of the same shape.

    See also:
        `rfsl.radiomaps.two_law_search.TwoLawSearch`: finds a source by these laws.

    Example:
        >>> los_nlos_rss_dbm(np.array([10.0, 10.0]), np.array([True, False])).tolist()
        [-50.0, -58.0]
    """
    decades = np.log10(distance_m)
    return np.where(line_of_sight, -28.0 - 22.0 * decades, -22.0 - 36.0 * decades)


@dataclass(frozen=True)
class RadioMapGenerator:
    """Draws scenes with their maps.

    Attributes:
        settings: of the scenes.
        model: propagation over flat ground, where every pixel has line of sight. None: LocHeatmap's
            two laws, with terrain and buildings.
        attitude_range_deg: roll, pitch and yaw over each pixel are uniform within ± this. None: the
            UAV is level.
    """

    settings: SceneSettings
    model: PropagationModel | None
    attitude_range_deg: float | None

    @classmethod
    def of(
        cls,
        propagation: str,
        settings: SceneSettings,
        scenario: ScenarioSettings,
        propagation_settings: PropagationSettings,
        *,
        attitude_range_deg: float | None,
        calibration: Calibration | None = None,
    ) -> RadioMapGenerator:
        """For a propagation by its name: `los_nlos`, or one of `rfsl.propagation.models.MODELS`.

        Args:
            attitude_range_deg: used if the model depends on the attitude.
            calibration: for models that need one. Their power may then be relative to an unknown
                constant.

        Raises:
            ConfigError: there is no such propagation, or it needs a calibration and there is none.
        """
        if propagation == LOS_NLOS:
            return cls(settings, None, None)
        if propagation not in MODELS:
            allowed = ", ".join([LOS_NLOS, *MODELS])
            raise ConfigError(f"radio maps: no propagation {propagation!r}; one of {allowed}")
        spec = MODELS[propagation]
        if calibration is None and spec.needs_calibration(propagation_settings):
            raise ConfigError(
                f"radio maps by {propagation} need a calibration, and simulated scenes have none. "
                "Set propagation.legs.beta (enhanced_two_ray), or choose another propagation"
            )
        return cls(
            settings,
            spec.build(scenario, propagation_settings, calibration),
            attitude_range_deg if spec.uses_attitude else None,
        )

    def draw(self, seed: int, split: str, index: int) -> tuple[Scene, RadioMaps]:
        """The scene of number `index` and its maps; both depend on seed, split and number alone."""
        settings = self.settings
        scene = draw_scene(seed, split, index, settings, obstacles=self.model is None)
        uav_m = _uav_position_m(settings)
        offset_m = scene.source_m - uav_m
        if self.model is None:
            in_sight = line_of_sight(
                scene.height_m, settings.pixel_m, settings.uav_height_m, scene.source_m
            )
            rss_dbm = los_nlos_rss_dbm(np.linalg.norm(offset_m, axis=-1), in_sight)
        else:
            in_sight = np.ones(scene.height_m.shape, dtype=bool)
            attitude_rad = self._attitude_rad(seed, split, index)
            power_dbm = self.model(uav_m.reshape(-1, 3), attitude_rad, scene.source_m[None])
            rss_dbm = power_dbm.reshape(in_sight.shape)
        aoa_rad = np.arctan2(offset_m[..., 1], offset_m[..., 0])
        return scene, RadioMaps(rss_dbm.astype(np.float32), aoa_rad.astype(np.float32), in_sight)

    def _attitude_rad(self, seed: int, split: str, index: int) -> FloatArray:
        """Attitude (H W, 3) of the UAV over each pixel."""
        shape = (self.settings.pixels**2, 3)
        if self.attitude_range_deg is None:
            return np.zeros(shape)
        rng = generator(seed, Stream.SCENE, SPLITS.index(split), index, "attitude")
        range_rad = np.radians(self.attitude_range_deg)
        return rng.uniform(-range_rad, range_rad, shape)


def _uav_position_m(settings: SceneSettings) -> FloatArray:
    """Positions (H, W, 3) of the UAV over each pixel's centre, in the scene's frame."""
    centers_m = settings.pixel_m * (np.arange(settings.pixels) + 0.5)
    x_m, y_m = np.meshgrid(centers_m, centers_m)
    return np.stack([x_m, y_m, np.full_like(x_m, settings.uav_height_m)], axis=-1)
