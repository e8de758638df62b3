"""Published LoftQ folders (arXiv 2310.08659): a 16-bit base that holds quantized values, and the adapter beside it.

``loftq_init/`` holds the low-rank term as a PEFT adapter. A later adapter, tuned on a task (``gsm8k/``), is no part of
the model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lowbit_core.errors import UserError
from lowbit_core.source.damaged import corrupt

INITIAL = "loftq_init"
ADAPTER_CONFIG, ADAPTER_WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def loftq_adapter(folder: Path) -> Path | None:
    """The folder of the low-rank term that belongs to the base in ``folder``; None where there is none."""
    adapter = folder / INITIAL
    return adapter if (adapter / ADAPTER_CONFIG).is_file() else None


def adapter_config(adapter: Path) -> dict[str, Any]:
    """PEFT's adapter_config.json.

    Raises:
        UserError: ``file-corrupt``, or ``adapter-unsupported`` for anything but plain LoRA.
    """
    path = adapter / ADAPTER_CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise corrupt(str(path), f"it is not JSON ({error})") from error
    if not isinstance(config, dict) or config.get("peft_type") != "LORA" or config.get("use_dora"):
        raise UserError(
            "adapter-unsupported",
            f"{path} describes no plain LoRA adapter.",
            hint="LoftQ's initial adapters are LoRA; a tuned adapter of another kind cannot be taken as the repair.",
            where=str(path),
        )
    return config
