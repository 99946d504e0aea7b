"""Checking a config and saying what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from rfsl.config.base import nested_block
from rfsl.config.schema import Config
from rfsl.errors import ConfigError


def load_config(path: str | Path) -> Config:
    """Read one YAML file and check it as a whole config (missing keys take their defaults).

    Raises:
        ConfigError: the file is missing, is not YAML, or has an unknown or wrong key.
    """
    try:
        raw = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as YAML: {error}") from error
    return validate_config({} if raw is None else raw, str(path))


def validate_config(raw: object, source: str = "config") -> Config:
    """Check a merged config as Snakemake hands it over.

    Args:
        raw: nested mappings as read from YAML.
        source: what the message calls the config.

    Raises:
        ConfigError: each line names the key's path, the value found and what is allowed.
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
    path = ".".join(location) or "(top level)"
    if detail["type"] == "extra_forbidden":
        allowed = _keys_at(location[:-1])
        close = difflib.get_close_matches(location[-1], allowed, n=1, cutoff=0.5)
        hint = f" Did you mean {close[0]}?" if close else ""
        return (
            f"{path}: unknown key (value {detail['input']!r}).{hint} Allowed: {', '.join(allowed)}"
        )
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] in {"missing", "value_error"}:
        return f"{path}: {message}"
    return f"{path}: found {detail['input']!r}; {message[0].lower()}{message[1:]}"


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
