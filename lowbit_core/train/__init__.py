"""The training loop, its losses, memory savers and checkpoints; shared by `correct` and `tune`."""

from __future__ import annotations

from lowbit_core.train.adapters import adapter_names, set_active
from lowbit_core.train.head import Head, causal_model, head_of, head_parameters
from lowbit_core.train.launch import local_device
from lowbit_core.train.loss import IGNORED, chunked_cross_entropy, chunked_kl, chunked_sum
from lowbit_core.train.memory import checkpoint_blocks
from lowbit_core.train.objective import CrossEntropy, Objective, objective_inside
from lowbit_core.train.ram_embedding import embedding_to_ram
from lowbit_core.train.rows import Collate, Row
from lowbit_core.train.run import TrainResult, train
from lowbit_core.train.settings import TrainSettings
from lowbit_core.train.trainer import Trainer

__all__ = [
    "IGNORED",
    "Collate",
    "CrossEntropy",
    "Head",
    "Objective",
    "Row",
    "TrainResult",
    "TrainSettings",
    "Trainer",
    "adapter_names",
    "causal_model",
    "checkpoint_blocks",
    "chunked_cross_entropy",
    "chunked_kl",
    "chunked_sum",
    "embedding_to_ram",
    "head_of",
    "head_parameters",
    "local_device",
    "objective_inside",
    "set_active",
    "train",
]
