"""The training settings in transformers' own terms."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import TrainingArguments

from lowbit_core.train.settings import TrainSettings


def arguments_for(
    settings: TrainSettings, total_steps: int, folder: Path, device: torch.device, model: nn.Module
) -> TrainingArguments:
    """Everything transformers decides by itself is switched off or said; see `trainer.Trainer`."""
    config = getattr(model, "config", None)
    routed = any(getattr(config, name, None) for name in ("num_experts", "num_local_experts", "n_routed_experts"))
    arguments = TrainingArguments(
        output_dir=str(folder),
        max_steps=total_steps,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.learning_rate,
        max_grad_norm=settings.gradient_clip,
        bf16=settings.precision == "bf16",
        fp16=settings.precision == "fp16",
        seed=settings.seed,
        use_cpu=device.type == "cpu",
        logging_strategy="steps",
        logging_steps=1,
        logging_nan_inf_filter=False,
        eval_strategy="no",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        # Broadcasting buffers would send the packed weights at every step; they never change.
        ddp_broadcast_buffers=False,
        # Experts that no token chose get no gradient in a step; everything else always does.
        ddp_find_unused_parameters=routed,
    )
    # Several GPUs in one process would make transformers split batches over threads (DataParallel).
    _ = arguments.device
    arguments._n_gpu = min(1, arguments.n_gpu)
    return arguments
