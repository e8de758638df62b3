"""Fine-tuning the user's adapter on a packed base."""

from __future__ import annotations

from lowbit_core.tune.adapter import attach, target_names
from lowbit_core.tune.tune import TuneResult, train_settings, tune

__all__ = ["TuneResult", "attach", "target_names", "train_settings", "tune"]
