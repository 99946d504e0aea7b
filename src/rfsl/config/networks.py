"""Keys of the trained networks (RealAdaptRNet, set networks) and of the device."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rfsl.config.base import NonNegative, Positive, Settings


class TrainingSettings(Settings):
    """How RealAdaptRNet is trained; simulated validation sources choose its weights."""

    seeds: Annotated[int, Field(ge=1)] = Field(
        3, description="networks trained per mode, each from its own seed"
    )
    epochs: Annotated[int, Field(ge=1)] = Field(40, description="times that each source is seen")
    batch_size: Annotated[int, Field(ge=2)] = Field(96, description="sources in a batch")
    learning_rate: Positive = Field(1e-2, description="largest step size of AdamW (one cycle)")
    weight_decay: NonNegative = Field(1e-4, description="weight decay (AdamW)")


class ComputeSettings(Settings):
    """Where networks are trained."""

    device: Literal["auto", "cpu", "gpu"] = Field(
        "auto",
        description="`auto`: a GPU if the job sees one, else the CPU; `gpu`: a job that sees none "
        "fails; `cpu`: never a GPU",
    )
    gpus: Annotated[int, Field(ge=0)] = Field(
        0, description="GPUs that each training job asks the cluster for"
    )


class SetNetworkSettings(Settings):
    """The network that scores candidate positions by the set of a flight's cells."""

    seeds: Annotated[int, Field(ge=1)] = Field(
        3, description="networks trained for each fold, each from its own seed and flights"
    )
    cell_m: Positive = Field(20.0, description="length of the cells that it sees")
    width: Annotated[int, Field(ge=2)] = Field(32, description="width of its perceptrons")
    epochs: Annotated[int, Field(ge=1)] = Field(4, description="times that each flight is seen")
    batch_size: Annotated[int, Field(ge=1)] = Field(16, description="flights in a batch")
    learning_rate: Positive = Field(3e-3, description="largest step size of AdamW (one cycle)")
    weight_decay: NonNegative = Field(1e-4, description="weight decay (AdamW)")
    candidates: Annotated[int, Field(ge=2)] = Field(
        12, description="candidate positions at each scale, one of which is the true one"
    )
    scales_m: Annotated[list[Positive], Field(min_length=1)] = Field(
        [40.0, 12.0],
        description="spreads of the candidates near the true position; others are drawn over the "
        "whole source area",
    )
