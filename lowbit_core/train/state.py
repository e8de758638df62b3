"""What a checkpoint of training holds, and how each part is read and written."""

from __future__ import annotations

import dataclasses
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lowbit_core.train.adapters import AdapterFlags, read_flags, read_state, write_state

TENSORS = "tensors.safetensors"
FLAGS = "adapters.json"
OPTIMIZER = "optimizer.pt"
SCHEDULER = "scheduler.pt"
SCALER = "scaler.pt"
RANDOM = "random.pt"
PROGRESS = "progress.json"


@dataclass(kw_only=True)
class Progress:
    """Where a run stands, beyond what transformers counts.

    Attributes:
        best_step: steps after which the validation loss was lowest; 0 before the first measurement.
        best_loss: that loss, nats a token.
        waited: measurements since then without a better one.
        stopped_early: patience ran out.
        last_loss: training loss of the last step.
        unmeasured: the run was interrupted while it measured after this step; do it before going on.
        watch: state of `watch.LossWatch`.
    """

    best_step: int = 0
    best_loss: float | None = None
    waited: int = 0
    stopped_early: bool = False
    last_loss: float | None = None
    unmeasured: bool = False
    watch: dict[str, Any] = dataclasses.field(default_factory=dict)


def read_progress(folder: Path) -> Progress:
    """Of a checkpoint."""
    return Progress(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))


def read_random() -> dict[str, Any]:
    """States of the generators of Python, NumPy, torch and, where in use, every GPU."""
    kind, keys, position, has_gauss, cached = np.random.get_state()
    return {
        "python": random.getstate(),
        "numpy": (kind, torch.from_numpy(np.asarray(keys).astype(np.int64)), position, has_gauss, cached),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() and torch.cuda.is_initialized() else [],
    }


def write_random(state: dict[str, Any]) -> None:
    """Put back what `read_random` returned."""
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    kind, keys, position, has_gauss, cached = state["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), position, has_gauss, cached))
    torch.set_rng_state(state["torch"])
    if state["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["cuda"])


def write_model(folder: Path, model: nn.Module) -> None:
    """All adapters with their flags, and whatever else is trainable."""
    save_file(contiguous(read_state(model)), folder / TENSORS)
    write_json(folder / FLAGS, dataclasses.asdict(read_flags(model)))


def read_model(folder: Path, model: nn.Module) -> None:
    """Put back what `write_model` wrote.

    Raises:
        UserError: the model is built another way.
    """
    flags = json.loads((folder / FLAGS).read_text(encoding="utf-8"))
    kept = AdapterFlags(**{name: tuple(value) for name, value in flags.items()})
    write_state(model, load_file(folder / TENSORS), where=str(folder), flags=kept)


def write_best(folder: Path, model: nn.Module, loss: float) -> None:
    """The trainable tensors and the validation loss [nats a token] they reached."""
    trainable = {name for name, item in model.named_parameters() if item.requires_grad}
    save_file(contiguous({k: v for k, v in read_state(model).items() if k in trainable}), folder / TENSORS)
    write_json(folder / PROGRESS, {"loss": loss})


def read_best(folder: Path, model: nn.Module) -> None:
    """Put the tensors of `write_best` back."""
    write_state(model, load_file(folder / TENSORS), where=str(folder))


def contiguous(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """As safetensors wants them."""
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


def write_json(path: Path, value: Any) -> None:
    """Plain JSON; the folder around it is what is atomic."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> Any:
    """A file of `torch.save` that holds tensors and plain values only."""
    return torch.load(path, map_location="cpu", weights_only=True)
