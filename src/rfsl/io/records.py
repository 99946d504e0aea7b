"""JSON records (values by name), and the base class of records with a schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from rfsl.errors import DataError
from rfsl.io.writing import written_beside


class Record(BaseModel):
    """A record with a schema: immutable; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def schema_text(record: type[Record]) -> str:
    """The JSON schema of a record, as the content of a file."""
    found = record.model_json_schema(mode="serialization")
    values = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def write_json(values: Mapping[str, Any], path: str | Path) -> None:
    """Write a record as indented JSON.

    Raises:
        DataError: the file cannot be written.
        ValueError: a value is NaN or infinite.
    """
    with written_beside(path) as temporary:
        text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: str | Path) -> dict[str, Any]:
    """Read a record that `write_json` wrote.

    Raises:
        DataError: the file cannot be read or holds no record.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({error}); delete it and run again") from error
    if not isinstance(values, dict):
        raise DataError(f"{path}: not a record of values by name; delete it and run again")
    return values
