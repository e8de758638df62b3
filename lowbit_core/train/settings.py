"""What a training run is told; `tune` and `correct` fill it from their sections of the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lowbit_core.train.optimizer import OptimizerName, ScheduleName


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """One training run. Fields named as in the recipe mean the same; see `recipe.Tune`.

    Attributes:
        stage: name of the stage in events.
        precision: autocast of the forward pass; fp16 adds loss scaling. Parameters keep the type they have.
        evaluate_rows: validation rows measured at most, the same ones each time; 0 takes all.
        rate_factors: learning rate of the parameters whose name holds a key, as a multiple of ``learning_rate``.
        beta2: AdamW's decay of the second moment.
    """

    stage: str = "tune"
    seed: int = 0
    precision: Literal["fp32", "bf16", "fp16"] = "fp32"
    learning_rate: float = 2e-4
    schedule: ScheduleName = "cosine"
    warmup: float = 0.03
    weight_decay: float = 0.0
    gradient_clip: float = 1.0
    epochs: float = 1.0
    steps: int = 0
    batch: int = 1
    accumulate: int = 8
    optimizer: OptimizerName = "auto"
    checkpointing: bool = True
    offload: bool = False
    group_by_length: bool = True
    evaluate_every: int = 50
    evaluate_rows: int = 256
    patience: int = 0
    checkpoint_every: int = 50
    rate_factors: Mapping[str, float] = field(default_factory=dict)
    beta2: float = 0.999
