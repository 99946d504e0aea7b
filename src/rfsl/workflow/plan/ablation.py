"""The ablation: one mode, with one key of its representation changed at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rfsl.config.config import Config
from rfsl.errors import ConfigError


@dataclass(frozen=True)
class Variant:
    """The ablation's mode with one key of its representation changed.

    Attributes:
        key, value: what is changed, and to what.
        mode: name of the mode; the ablation's own mode where the value is the one it has.
        representation: name of its representation.
        params: plain values of that representation.
    """

    key: str
    value: int | float | str
    mode: str
    representation: str
    params: dict[str, Any]


def ablation_variants(config: Config) -> list[Variant]:
    """Every value of every key that the ablation changes, in the order of the config.

    Raises:
        ConfigError: a key or value that the representation cannot have.
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
