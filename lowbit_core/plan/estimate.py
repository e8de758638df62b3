"""`plan`: the lines of every stage of a recipe on a machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lowbit_core.machine import Machine
from lowbit_core.plan import seconds as timing
from lowbit_core.plan.correcting import (
    LATENT_BYTES,
    OPTIMIZER,
    correction_step,
    keeps_teacher,
    later_bytes,
    trains_blocks,
)
from lowbit_core.plan.lines import Line, Place, Plan, StageName
from lowbit_core.plan.quantizing import loop_memory, uses_text
from lowbit_core.plan.sampling import row_bytes, sample_batch
from lowbit_core.plan.shape import Shape, shape_of
from lowbit_core.plan.storage import (
    ADAPTER_FILE,
    ADAPTER_NUMBER,
    STORED_FLOAT,
    Adapters,
    Storage,
    adapters_of,
    storage_of,
)
from lowbit_core.plan.stored import as_stored
from lowbit_core.plan.training import (
    CHUNK_LOGITS,
    OPTIMIZER_BYTES,
    Step,
    offloaded_bytes,
    scratch_bytes,
    step_memory,
)
from lowbit_core.recipe.repairs import is_trained
from lowbit_core.recipe.schema import Recipe
from lowbit_core.source import ModelSpec

CUDA_CONTEXT = 450_000_000
"""Bytes a CUDA context takes outside torch's count: 0.3 to 0.5 GB by driver and GPU."""

PROCESS_RAM = 700_000_000
"""RAM of a process with torch and transformers, the child of the app; a job on a GPU has it, too."""

TRAINER_RAM = 150_000_000
"""What transformers' Trainer and PEFT add to it once they are imported (torch 2.13, transformers 5.23, PEFT 0.21)."""

CPU_HOLES = 0.25
"""Of a training step's activations on a CPU: freed memory between blocks that are kept (measured with the starter)."""

CHAT_TOKENS = 4096
"""Longest conversation planned for, where the model sees that far and memory allows."""

CHAT_SHARE = 0.85
"""Of what is free; a conversation that grows into all of it would make every plan look tight."""

SHORTEST_CHAT = 512
"""Tokens of a conversation that have to fit."""

SAMPLING_HEADROOM = 1.25
"""What a model needs free to sample, as a multiple of its weights (`jobs.stages.sample`)."""

PREFILL_TOKENS = 512

DECODING_NUMBER = 2
"""Bytes of an adapter's number in the copy for single rows on a GPU, changed scales included (`packed.decode_step`)."""


@dataclass(frozen=True, kw_only=True)
class DataStatistics:
    """What is known of the data; the defaults stand where it was not read yet.

    Attributes:
        rows: for training.
        mean_tokens: in a row; 0 takes half of max_length.
        evaluation_tokens: in the text for perplexity.
    """

    rows: int = 2000
    mean_tokens: float = 0.0
    evaluation_tokens: int = 100_000


UNKNOWN_DATA = DataStatistics()


def plan(
    recipe: Recipe,
    spec: ModelSpec,
    machine: Machine,
    *,
    data: DataStatistics = UNKNOWN_DATA,
    rates: timing.Rates | None = None,
    embedding_on_cpu: bool = False,
) -> Plan:
    """Estimate memory, disk and time of a recipe; nothing is read, downloaded or allocated.

    Args:
        recipe: ``bits = "auto"`` is planned at what `resolve_bits` finds, codes made elsewhere at theirs.
        spec: the model, from its headers.
        machine: what is free now is what counts.
        data: what is known of the data.
        rates: measured by a short benchmark; None takes figures for the kind of device.
        embedding_on_cpu: the embedding stays in RAM while tuning and chatting.
    """
    recipe = as_stored(recipe, spec)
    if recipe.quantize.bits == "auto":
        from lowbit_core.plan.suggest import resolve_bits

        recipe = resolve_bits(recipe, spec, machine, data=data)
    assert not isinstance(recipe.quantize.bits, str)
    on_gpu = recipe.device == "cuda" or (recipe.device == "auto" and bool(machine.gpus))
    shape = shape_of(spec, recipe.quantize.skip)
    work = _Work(
        recipe=recipe,
        spec=spec,
        machine=machine,
        data=data,
        shape=shape,
        device="gpu" if on_gpu else "ram",
        element=element_bytes(recipe, machine, on_gpu),
        storage=storage_of(shape, recipe.quantize, recipe.quantize.bits),
        adapters=adapters_of(shape, recipe),
        rates=rates or timing.default_rates(machine, on_gpu, element_bytes(recipe, machine, on_gpu)),
        embedding_on_cpu=embedding_on_cpu,
    )
    return work.plan()


def element_bytes(recipe: Recipe, machine: Machine, on_gpu: bool) -> int:
    """Bytes of a number in the model's arithmetic: what `jobs.device.choose_dtype` will take."""
    auto = 2 if on_gpu or machine.bf16_units else 4
    return {"auto": auto, "fp32": 4, "bf16": 2, "fp16": 2}[recipe.precision]


@dataclass(frozen=True, kw_only=True)
class _Work:
    """Everything a stage's estimate looks at."""

    recipe: Recipe
    spec: ModelSpec
    machine: Machine
    data: DataStatistics
    shape: Shape
    device: Place
    element: int
    storage: Storage
    adapters: Adapters
    rates: timing.Rates
    embedding_on_cpu: bool

    def plan(self) -> Plan:
        """All stages."""
        seconds: dict[StageName, float] = {}
        lines: list[Line] = []
        notes: list[str] = []
        text = uses_text(self.recipe)
        if text and self.recipe.quantize.calibration == "self":
            found, rows, note = self._sample()
            lines += found
            notes += note
            tokens, length = self.recipe.quantize.samples * self.recipe.quantize.length, self.recipe.quantize.length
            seconds["sample"] = timing.sample_seconds(self.shape, tokens, length, self.rates, rows, self.element)
        lines += self._quantize()
        seconds["quantize"] = timing.quantize_seconds(self.shape, self.recipe, self.rates, text)
        if is_trained(self.recipe.correct):
            lines += self._correct()
            seconds["correct"] = self._correct_seconds()
        variants = 1 + bool(self.adapters.repair)
        if self.adapters.trained:
            variants += 1
            mean = self.data.mean_tokens or self.recipe.data.max_length / 2
            lines += self._tune()
            seconds["tune"] = timing.tune_seconds(self.shape, self.recipe, self.rates, self.data.rows, mean)
        lines += self._evaluate()
        seconds["evaluate"] = timing.evaluate_seconds(
            self.shape, self.recipe, self.rates, self.data.evaluation_tokens, variants, self._answer_tokens()
        )
        lines += self._chat()
        adapter_bytes = ADAPTER_FILE * max(self.adapters.repair, self.adapters.tuned)
        linear = 8 * self.storage.matrices + 16 * self.adapters.repair
        return Plan(
            lines=tuple(line for line in lines if line.bytes > 0),
            seconds=seconds,
            bits=linear / max(1, self.storage.weights),
            model_bits=8 * (self.storage.total + adapter_bytes) / max(1, self.storage.parameters),
            model_bytes=self.storage.total + adapter_bytes,
            device="gpu" if self.device == "gpu" else "ram",
            free_bytes=self._free(),
            notes=tuple(notes),
        )

    def _free(self) -> dict[Place, int]:
        free: dict[Place, int] = {"ram": self.machine.ram_available_bytes, "disk": self.machine.disk_free_bytes}
        if self.machine.gpus:
            free["gpu"] = self.machine.gpus[0].free_bytes
        return free

    def _process(self, stage: StageName) -> Iterator[Line]:
        """What every stage has: the process itself, and the driver's share of a GPU."""
        trained = bool(self.adapters.trained) or is_trained(self.recipe.correct)
        size = PROCESS_RAM + (TRAINER_RAM if trained and stage in ("correct", "tune", "evaluate") else 0)
        yield Line(stage=stage, place="ram", what="the process itself", bytes=size)
        if self.device == "gpu":
            yield Line(stage=stage, place="gpu", what="CUDA context", bytes=CUDA_CONTEXT, counted=False)

    def _packed(self, stage: StageName) -> Iterator[Line]:
        """The packed model where it computes."""
        in_ram = self.embedding_on_cpu
        if stage == "tune" and self.device == "gpu" and self.storage.head:
            in_ram = in_ram or self.recipe.tune.embedding in ("auto", "ram")
        table_place: Place = "ram" if in_ram else self.device
        yield Line(stage=stage, place=self.device, what="packed weights", bytes=self.storage.matrices)
        yield Line(stage=stage, place=table_place, what="embedding", bytes=self.storage.table)
        head = self.storage.head
        if self.embedding_on_cpu and not head:
            head = self.storage.table  # tied: the head still reads it on the device
        yield Line(stage=stage, place=self.device, what="output head", bytes=head)
        yield Line(stage=stage, place=self.device, what="norms and the like", bytes=self.storage.other)

    def _forward(self, stage: StageName, tokens: int, what: str) -> Line:
        """Activations of a forward pass without backward: one block's at a time."""
        per_token = self.element * (4 * self.shape.hidden + 3 * self.shape.ffn)
        return Line(stage=stage, place=self.device, what=what, bytes=tokens * per_token)

    def _scratch(self, stage: StageName) -> Line:
        packed_head = bool(self.recipe.quantize.head_bits)
        size = scratch_bytes(self.shape, self.element, packed_head=packed_head)
        return Line(stage=stage, place=self.device, what="one dequantized tile", bytes=size)

    def _sample(self) -> tuple[list[Line], int, list[str]]:
        stage: StageName = "sample"
        settings = self.recipe.quantize
        free = self._free().get(self.device, 0) - (CUDA_CONTEXT if self.device == "gpu" else PROCESS_RAM)
        notes = []
        weights = self.element * self.shape.parameters
        what = "float model"
        if weights * SAMPLING_HEADROOM > free:
            bits = next((b for b in (8, 4) if self.shape.parameters * (b + 0.5) / 8 * SAMPLING_HEADROOM <= free), 4)
            weights = storage_of(self.shape, replace(settings, head_bits=0), bits).total
            what = f"{bits}-bit copy to sample from"
            notes.append(f"The float model does not fit; text is sampled from a {bits}-bit copy, or your data is used.")
        left = max(0, free - weights)
        rows = sample_batch(self.spec.config, settings.length, free_bytes=left, on_gpu=self.device == "gpu")
        rows = min(rows, settings.samples)
        each = row_bytes(self.spec.config, settings.length, self.shape.vocab)
        lines = [
            *self._process(stage),
            Line(stage=stage, place=self.device, what=what, bytes=weights),
            Line(stage=stage, place=self.device, what=f"{rows} sequences being written", bytes=rows * each),
            self._forward(stage, rows, "activations"),
        ]
        tokens = 4 * settings.samples * settings.length
        lines.append(Line(stage=stage, place="disk", what="calibration text", bytes=tokens))
        return lines, rows, notes

    def _quantize(self) -> list[Line]:
        stage: StageName = "quantize"
        memory = loop_memory(self.shape, self.recipe, self.element, on_gpu=self.device == "gpu")
        working = "solving the widest matrix" if memory.work_is_solving else "calibration text in a block"
        repair = ADAPTER_FILE * self.adapters.repair
        return [
            *self._process(stage),
            Line(stage=stage, place=self.device, what="one float block", bytes=memory.block),
            Line(stage=stage, place=self.device, what="input statistics", bytes=memory.grams),
            Line(stage=stage, place=self.device, what=working, bytes=memory.work),
            Line(stage=stage, place="ram", what="tensors on their way to disk", bytes=self._shard_buffer()),
            Line(stage=stage, place="disk", what="hidden states of the calibration text", bytes=memory.hidden),
            Line(stage=stage, place="disk", what="packed model", bytes=2 * self.storage.total),
            Line(stage=stage, place="disk", what="repair adapter", bytes=repair),
        ]

    def _shard_buffer(self) -> int:
        """The float embedding is copied through RAM once, tensor by tensor."""
        return self.element * max(self.shape.embedding, self.shape.head) if self.device == "gpu" else 0

    def _correct(self) -> list[Line]:
        """The same step as tuning, for the repair's adapter (qad: for latent weights), and a streamed teacher."""
        stage: StageName = "correct"
        settings = self.recipe.correct
        trained = self.adapters.repair
        if settings.method == "qad":
            trained += self.storage.weights // (self.recipe.quantize.group_size or self.shape.hidden)
        free = self._free().get(self.device, 0) - self.storage.total
        weights = self.element * self.shape.parameters
        resident = keeps_teacher(settings, self.shape.parameters, self.element, free)
        head = self.element * (self.shape.head or self.shape.embedding)
        kept = (weights if resident else head) + ADAPTER_NUMBER * (self.adapters.repair - self.adapters.scales)
        step = correction_step(
            settings, self.shape, self.element, free - kept - later_bytes(self.adapters),
            fused=self.device == "gpu" and self.element == STORED_FLOAT,
        )  # fmt: skip
        hidden = self.element * settings.tokens * self.shape.hidden
        lines = [*self._process(stage), *self._packed(stage), *self._training(stage, step, trained, 0, OPTIMIZER)]
        if settings.method == "qad":
            blocks = trains_blocks(settings, self.shape, self.element, self._free().get(self.device, 0))
            trained = self.shape.widest_block if blocks else self.storage.weights
            what = "latent weights, gradients, moments" + (" of a block" if blocks else "")
            lines.append(Line(stage=stage, place=self.device, what=what, bytes=LATENT_BYTES * trained))
            if blocks:
                # Before and after a block, of the float model and of the trained one.
                return [*lines, Line(stage=stage, place="disk", what="hidden states between blocks", bytes=4 * hidden)]
        if resident:
            lines.append(Line(stage=stage, place=self.device, what="float model (teacher)", bytes=weights))
        else:
            lines.append(Line(stage=stage, place=self.device, what="teacher's output head", bytes=head))
            lines.append(Line(stage=stage, place="disk", what="teacher's last hidden states", bytes=hidden))
        return lines

    def _answer_tokens(self) -> float:
        """In the held-back rows; those of a file are as many as are measured."""
        share = self.recipe.data.validation
        rows = self.data.rows * share / (1 - share) if not isinstance(share, str) else timing.MOST_ANSWERS
        mean = self.data.mean_tokens or self.recipe.data.max_length / 2
        return min(timing.MOST_ANSWERS, rows) * mean if self.adapters.trained else 0.0

    def _correct_seconds(self) -> float:
        settings = self.recipe.correct
        seconds = timing.correct_seconds(self.shape, self.recipe, self.rates)
        if settings.data == "self" and not self._learns_from_calibration():
            rows = sample_batch(
                self.spec.config,
                settings.length,
                free_bytes=max(0, self._free().get(self.device, 0) - self.element * self.shape.parameters),
                on_gpu=self.device == "gpu",
            )
            seconds += timing.sample_seconds(
                self.shape, settings.tokens, settings.length, self.rates, rows, self.element
            )
        return seconds

    def _learns_from_calibration(self) -> bool:
        """Whether the correction's sampled text is the one of the stage before: as much of it, in pieces as long."""
        quantize, correct = self.recipe.quantize, self.recipe.correct
        alike = (quantize.samples * quantize.length, quantize.length) == (correct.tokens, correct.length)
        return alike and quantize.calibration == "self" and uses_text(self.recipe)

    def _tune(self) -> list[Line]:
        stage: StageName = "tune"
        tune = self.recipe.tune
        step = Step(
            tokens=tune.batch * self.recipe.data.max_length,
            element=self.element,
            checkpointing=tune.checkpointing,
            offload=tune.offload,
        )
        trained = self.adapters.trained
        optimizer = OPTIMIZER_BYTES[self._optimizer()] * trained
        kept = 2 if tune.checkpoint_every else 1
        saved = round(kept * (ADAPTER_NUMBER * self.adapters.tuned + optimizer)) + ADAPTER_FILE * self.adapters.tuned
        return [
            *self._process(stage),
            *self._packed(stage),
            *self._training(stage, step, trained, self.adapters.frozen_bytes, self._optimizer()),
            Line(stage=stage, place="disk", what="adapter and checkpoints", bytes=saved),
        ]

    def _optimizer(self) -> str:
        name = self.recipe.tune.optimizer
        if name == "auto":
            return "paged-adamw-8bit" if self.device == "gpu" else "adamw"
        return name

    def _training(
        self, stage: StageName, step: Step, trained: int, frozen_bytes: int, optimizer: str
    ) -> Iterator[Line]:
        """Adapters, their gradients and moments, and one step's activations."""
        packed_head = bool(self.recipe.quantize.head_bits)
        memory = step_memory(self.shape, step, packed_head=packed_head)
        paged = optimizer.startswith("paged")
        kept = "hidden states between blocks" if step.checkpointing else "activations of all blocks"
        work = "head and loss, chunk by chunk" if memory.work_is_loss else "one block recomputed"
        each = 2 if stage == "tune" and self.recipe.tune.adapter_precision == "bf16" else ADAPTER_NUMBER
        adapters = each * trained + frozen_bytes
        moments = round(OPTIMIZER_BYTES[optimizer] * trained)
        device = self.device
        yield Line(stage=stage, place=device, what="adapters", bytes=adapters)
        yield Line(stage=stage, place=device, what="their gradients", bytes=each * trained)
        yield Line(stage=stage, place=device, what=f"optimizer ({optimizer})", bytes=moments, counted=not paged)
        yield Line(stage=stage, place=device, what=kept, bytes=memory.kept)
        yield Line(stage=stage, place=device, what=work, bytes=memory.work)
        yield Line(stage=stage, place=device, what="one dequantized tile", bytes=memory.scratch)
        holes = round(CPU_HOLES * (memory.kept + memory.work)) if device == "ram" else 0
        yield Line(stage=stage, place=device, what="freed memory between what is kept", bytes=holes)
        moved = offloaded_bytes(self.shape, step)
        yield Line(stage=stage, place="ram", what="hidden states between blocks, moved to RAM", bytes=moved)

    def _evaluate(self) -> list[Line]:
        stage: StageName = "evaluate"
        tokens = self.recipe.evaluate.context
        if self.shape.context_length:
            tokens = min(tokens, self.shape.context_length)
        batch = max(1, 8192 // tokens) if self.device == "gpu" else 1
        batch = min(batch, self.recipe.evaluate.limit or batch)
        lines = [
            *self._process(stage),
            *self._packed(stage),
            Line(stage=stage, place=self.device, what="adapters", bytes=self.adapters.loaded_bytes),
            self._forward(stage, batch * tokens, "one block's activations"),
            self._scratch(stage),
            Line(stage=stage, place=self.device, what="logits, chunk by chunk", bytes=CHUNK_LOGITS * 14),
        ]
        # The float model runs block by block before; its last hidden states and its head are what stays of it.
        head = self.element * (self.shape.head or self.shape.embedding)
        lines.append(Line(stage=stage, place=self.device, what="float model's head, to compare with", bytes=head))
        hidden = self.element * self._evaluated_tokens() * self.shape.hidden
        lines.append(Line(stage=stage, place="disk", what="float model's last hidden states", bytes=hidden))
        return lines

    def _evaluated_tokens(self) -> int:
        settings = self.recipe.evaluate
        tokens = self.data.evaluation_tokens
        return min(tokens, settings.limit * settings.context) if settings.limit else tokens

    def _chat(self) -> list[Line]:
        stage: StageName = "chat"
        window = min(self.shape.context_length or CHAT_TOKENS, CHAT_TOKENS)
        copies = DECODING_NUMBER * max(self.adapters.repair, self.adapters.tuned) if self.device == "gpu" else 0
        lines = [
            *self._process(stage),
            *self._packed(stage),
            Line(stage=stage, place=self.device, what="adapters", bytes=self.adapters.loaded_bytes),
            Line(stage=stage, place=self.device, what="adapters as a recorded step reads them", bytes=copies),
            self._forward(stage, min(PREFILL_TOKENS, window), "activations of the prompt"),
            self._scratch(stage),
        ]
        each = self.shape.attention.kv_bytes_per_token * self.element // 2
        room = CHAT_SHARE * self._free().get(self.device, 0)
        room -= sum(line.bytes for line in lines if line.place == self.device)
        # A long conversation is no reason to refuse a run: what is free decides how long it may get.
        while window > SHORTEST_CHAT and window * each > room:
            window //= 2
        lines.append(Line(stage=stage, place=self.device, what=f"cache of {window:,} tokens", bytes=window * each))
        return lines
