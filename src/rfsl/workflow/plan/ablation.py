"""The ablation: one mode, with one key of its representation changed at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rfsl.config.config import Config
from rfsl.errors import ConfigError


@dataclass(frozen=True)
class Variant:
    """The mode of the ablation with one key of its representation changed.

    Attributes:
        key, value: the changed key, and its new value.
        mode: name of the changed mode; the unchanged mode itself if it already has this value.
        representation: name of the mode's representation.
        params: plain values of that representation.
    """

    key: str
    value: int | float | str
    mode: str
    representation: str
    params: dict[str, Any]


def ablation_variants(config: Config) -> list[Variant]:
    """A variant for every value of every key that the ablation changes, in the config's order.

    Raises:
        ConfigError: the representation has no such key, or does not allow the value.
    """
    ablation = config.ablation
    representation = config.modes[ablation.mode].representation
    if representation is None:
        return []
    base = getattr(config.preprocessing, representation)
    variants = []
    for key, values in ablation.sweeps.items():
        if key not in type(base).model_fields:
            raise ConfigError(
                f"ablation.sweeps: found {key}; preprocessing.{representation} has only "
                f"{', '.join(type(base).model_fields)}"
            )
        for value in values:
            try:
                settings = type(base)(**{**base.model_dump(), key: value})
            except ValidationError as error:
                message = error.errors()[0]["msg"].lower()
                raise ConfigError(f"ablation.sweeps.{key}: found {value!r}; {message}") from None
            same = settings == base
            suffix = f"_{key}_{value}".replace(".", "_")
            variants.append(
                Variant(
                    key=key,
                    value=value,
                    mode=ablation.mode if same else ablation.mode + suffix,
                    representation=representation if same else representation + suffix,
                    params={"representation": representation, **settings.model_dump()},
                )
            )
    return variants
