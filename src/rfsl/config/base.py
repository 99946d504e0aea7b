"""The base class of the config's blocks, and types that several blocks share."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Field(ge=-180.0, le=180.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
#: Names become folders and wildcards, so they have no slashes, dots or spaces.
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=100)]


Number = TypeVar("Number", int, float)


def rising(values: list[Number]) -> list[Number]:
    """The values, if each is larger than the one before.

    Raises:
        ValueError: one is not.

    Example:
        >>> rising([1, 2, 5])
        [1, 2, 5]
    """
    if values != sorted(set(values)):
        raise ValueError("the values have to rise")
    return values


def two_rising(values: list[float]) -> list[float]:
    """Both bounds of a range.

    Raises:
        ValueError: they are not two, or the first is the larger one.
    """
    if len(values) != 2 or values[0] > values[1]:
        raise ValueError("two numbers are needed, the smaller one first")
    return values


#: Times of estimates in seconds.
Horizons = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1), AfterValidator(rising)]

#: Shortest input of RealAdaptRNet; of a shorter one, its strides and pools leave nothing.
MINIMUM_INPUTS = 37

Representation = Literal["clustered", "normalized"]


class Settings(BaseModel):
    """A block of the config: immutable; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def nested_block(annotation: Any) -> type[BaseModel] | None:
    """The block in the type of a key: `X`, `X | None` or `dict[name, X]`; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [nested_block(part) for part in get_args(annotation)]
    return next((block for block in found if block is not None), None)
