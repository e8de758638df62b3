"""What the benches on one model share: opening it, text sampled from it, a packed student, its measure, a time."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy
import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core.chat import sample_text
from lowbit_core.context import SilentContext
from lowbit_core.evaluate import Comparison, compare
from lowbit_core.model import load_float, load_tokenizer, structure
from lowbit_core.packed import PackedFolder, load_adapter, load_model
from lowbit_core.quantize import Repair, quantize_model
from lowbit_core.quantize.protocols import Alternation
from lowbit_core.recipe.schema import Quantize
from lowbit_core.source import ModelSpec, resolve

PROBE_STEPS = 10
LEAST_STEPS = 4


@dataclass(kw_only=True)
class Subject:
    """The model of a bench, float, on the device it is measured on."""

    spec: ModelSpec
    tokenizer: PreTrainedTokenizerBase
    device: torch.device
    dtype: torch.dtype
    reference: PreTrainedModel
    context: SilentContext

    @property
    def precision(self) -> str:
        """As the trainer names it."""
        return "bf16" if self.dtype == torch.bfloat16 else "fp32"

    def student(
        self, settings: Quantize, calibration: Tensor | None, folder: Path, repair: Repair | Alternation | None = None
    ) -> PreTrainedModel:
        """Quantize into ``folder`` and load; with a repair, its adapter ``repair`` is attached, trainable.

        What was quantized alike before is copied: the calibration text of a bench is one and the same.
        """
        kept = self.kept / hashlib.sha256(f"{settings} {repair}".encode()).hexdigest()[:16]
        if not kept.exists():
            making = kept.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            self._quantize(settings, calibration, making, repair)
            making.rename(kept)
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        model = load_model(folder / "quantized", self.device, self.dtype)
        return model if repair is None else load_adapter(model, folder / "repair", "repair", trainable=True)

    @cached_property
    def kept(self) -> Path:
        """Where quantized models wait to be taken again, until the process ends."""
        place = tempfile.mkdtemp()
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        return Path(place)

    def _quantize(
        self, settings: Quantize, calibration: Tensor | None, folder: Path, repair: Repair | Alternation | None
    ) -> None:
        packed, adapter = folder / "quantized", folder / "repair"
        sink = PackedFolder(packed, adapter, self.spec, structure(self.spec), dtype=self.dtype)
        quantize_model(
            self.spec,
            settings,
            calibration,
            sink=sink,
            context=self.context,
            repair=repair,
            device=self.device,
            dtype=self.dtype,
        )

    def compare(self, model: PreTrainedModel, ids: Tensor, *, context: int, limit: int = 0) -> Comparison:
        """Perplexity, and KL to the float model, in windows that do not overlap."""
        model.eval()
        return compare(model, self.reference, ids, context=context, job_context=self.context, limit=limit)


def open_subject(source: str = "") -> Subject:
    """The model ``source``, as in a recipe; empty takes the GGUF file in ``STARTER_GGUF``, else the starter."""
    file = os.environ.get("STARTER_GGUF", "")
    context = SilentContext()
    spec = resolve(source or (f"gguf:{file}" if file else "starter"), context=context)
    on_gpu = torch.cuda.is_available()
    device = torch.device("cuda" if on_gpu else "cpu")
    dtype = torch.bfloat16 if on_gpu else torch.float32
    return Subject(
        spec=spec,
        tokenizer=load_tokenizer(spec),
        device=device,
        dtype=dtype,
        reference=load_float(spec, dtype, device).eval(),
        context=context,
    )


def sampled(subject: Subject, tokens: int, length: int, file: Path | None = None) -> Tensor:
    """Sequences int64 [n, length] the float model wrote; kept in ``file`` and read from it where it is there."""
    if file is not None and file.is_file():
        return torch.from_numpy(numpy.load(file).astype(numpy.int64))
    pool = sample_text(subject.reference, subject.tokenizer, tokens, length, 0, context=subject.context)
    if file is not None:
        numpy.save(file, pool.numpy().astype(numpy.int32))
    return pool


def steps_within(seconds: float, run: Callable[[int], object]) -> int:
    """How many steps ``run`` can do in a time: two trials after a shorter one that warms everything up.

    Their difference is what steps take; what both take besides is measuring and saving, as often in a long run.
    """

    def took(steps: int) -> float:
        synchronize()
        began = time.perf_counter()
        run(steps)
        synchronize()
        return time.perf_counter() - began

    took(PROBE_STEPS // 2)
    short, long = took(PROBE_STEPS), took(3 * PROBE_STEPS)
    each = max((long - short) / (2 * PROBE_STEPS), 1e-3)
    return max(LEAST_STEPS, int((seconds - (short - PROBE_STEPS * each)) / each))


def synchronize() -> None:
    """Wait for the device."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def put_table(document: Path, mark: str, table: str) -> None:
    """Put a table into a page, between ``<!-- mark -->`` and ``<!-- end of mark -->``."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    text = document.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    assert found, f"{document} has no {begin.strip()}"
    _, found, after = rest.partition(end)
    assert found, f"{document} has no {end}"
    document.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


def device_name() -> str:
    """For the head of a table."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
