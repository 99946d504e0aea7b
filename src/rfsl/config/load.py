"""Reads and checks a config, and explains what is wrong with it."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from rfsl.config.base import nested_block
from rfsl.config.config import Config
from rfsl.errors import ConfigError, did_you_mean

#: Shortens a value to a line; with aliases, a few hundred bytes of YAML can be exabytes of text.
_SHORT = reprlib.Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80


def load_config(path: str | Path) -> Config:
    """Read one YAML file and check it as a whole config (missing keys take their defaults).

    Raises:
        ConfigError: the file is missing, is not YAML, or has an unknown or wrong key.
    """
    return validate_config(_read_yaml(path), str(path))


def merge_overlays(overlays: Sequence[str | Path | Mapping[str, Any]]) -> dict[str, Any]:
    """The default config with overlays merged into it, as Snakemake merges `--configfile`.

    Mappings are merged key by key; everything else is replaced. Nothing is checked yet.

    Args:
        overlays: YAML files, or their content; later ones win.

    Raises:
        ConfigError: a file is missing, or is not a YAML mapping.
    """
    merged = Config().model_dump(mode="json")
    for item in overlays:
        overlay = item if isinstance(item, Mapping) else _read_yaml(item)
        if not isinstance(overlay, Mapping):
            raise ConfigError(
                f"{item}: found {type(overlay).__name__}, a mapping of keys is needed"
            )
        merged = _merged(merged, overlay)
    return merged


def _merged(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(base)
    for key, value in overlay.items():
        both = isinstance(value, Mapping) and isinstance(values.get(key), Mapping)
        values[key] = _merged(values[key], value) if both else value
    return values


def _read_yaml(path: str | Path) -> object:
    """The content of a YAML file; an empty file holds no keys."""
    try:
        raw: object = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except Exception as error:  # PyYAML raises many kinds on values that it cannot make
        raise ConfigError(f"{path}: cannot be read as YAML: {error}") from error
    return {} if raw is None else raw


def validate_config(raw: object, source: str = "config") -> Config:
    """Check a merged config as Snakemake passes it on.

    Args:
        raw: nested mappings as read from YAML.
        source: name of the config, for the message.

    Raises:
        ConfigError: a key is unknown or wrong. Each line of the message names the path of a key,
            the value found and what is allowed.
    """
    if not isinstance(raw, Mapping):
        raise ConfigError(f"{source}: found {type(raw).__name__}, a mapping of keys is needed")
    try:
        return Config.model_validate(dict(raw))
    except ValidationError as error:
        lines = [_explain(detail) for detail in map(dict, error.errors())]
        raise ConfigError(
            f"{source}: {len(lines)} wrong key(s); config/README.md describes every key\n"
            + "\n".join(f"  {line}" for line in lines)
        ) from None


def _explain(detail: Mapping[str, Any]) -> str:
    location = [str(part) for part in detail["loc"] if part != "[key]"]
    path, found = ".".join(location) or "(top level)", _SHORT.repr(detail["input"])
    if detail["type"] == "extra_forbidden":
        allowed = _keys_at(location[:-1])
        hint = did_you_mean(location[-1:], allowed)
        return f"{path}: unknown key (value {found}).{hint} Allowed: {', '.join(allowed)}"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] in {"missing", "value_error"}:
        return f"{path}: {message}"
    return f"{path}: found {found}; {message[0].lower()}{message[1:]}"


def _keys_at(path: list[str]) -> list[str]:
    """Keys that the block at `path` may have."""
    block: type[BaseModel] = Config
    named = False  # below a mapping of names, the next part is a name
    for part in path:
        if named:
            named = False
            continue
        annotation = block.model_fields[part].annotation
        named = get_origin(annotation) is dict
        block = nested_block(annotation) or block
    return sorted(block.model_fields)
