"""The run's peak memory beside 16-bit LoRA and full tuning of the same model: measured where they fit, else planned.

Both take one step of the same batch and length in the same trainer's way (chunked loss, the run's checkpointing), on
random weights, since memory depends on shapes alone. So the figures differ by what quantizing saves, and nothing else.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from lowbit_core.allocator import release_memory
from lowbit_core.events import Notice
from lowbit_core.jobs.job import Job
from lowbit_core.memory import reset_peak
from lowbit_core.plan.peers import PeerMemory, peer_memory, step_of
from lowbit_core.recipe.schema import Recipe

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

MARGIN = 1.15
"""A peer is measured where this multiple of its planned bytes is free."""

Peer = Literal["lora16", "full"]

_NAMES: dict[Peer, str] = {"lora16": "16-bit LoRA", "full": "full tuning"}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Bytes at the peak of training.

    Attributes:
        stage: of the run: ``tune``, or ``correct`` where nothing was tuned.
        device: where.
        run_bytes: measured in this run.
        lora16_bytes: LoRA on the model in 16 bits.
        lora16_measured: else planned.
        full_bytes: all weights trained.
        full_measured: else planned.
        tokens: on the device at once.
    """

    stage: str
    device: str
    run_bytes: int
    lora16_bytes: int
    lora16_measured: bool
    full_bytes: int
    full_measured: bool
    tokens: int

    def to_json(self) -> dict[str, Any]:
        """For `report.json`, with both ratios."""
        return asdict(self) | {
            "lora16_ratio": self.lora16_bytes / self.run_bytes,
            "full_ratio": self.full_bytes / self.run_bytes,
        }

    def table(self) -> str:
        """For a terminal."""
        lines = [f"Peak memory of {self.stage} on {self.device}, {self.tokens:,} tokens at once:"]
        rows = (
            ("this run", self.run_bytes, True),
            (_NAMES["lora16"], self.lora16_bytes, self.lora16_measured),
            (_NAMES["full"], self.full_bytes, self.full_measured),
        )
        for name, size, measured in rows:
            how = "measured" if measured else "planned"
            lines.append(f"{name:<12}  {size / 1e9:7.2f} GB  {size / self.run_bytes:5.2f} x  {how}")
        return "\n".join(lines)


def compare_memory(job: Job) -> Compared | None:
    """Compare the run's own measured peak; None where nothing was trained."""
    stage = next((name for name in ("tune", "correct") if name in job.state.stages), "")
    run_bytes = job.state.stages[stage].facts.get("peak_bytes") if stage else None
    if not run_bytes:
        return None
    planned = peer_memory(job.recipe, job.spec)
    lora = _measured(job, "lora16", planned.lora)
    full = _measured(job, "full", planned.full)
    process = 0 if job.device.type == "cuda" else _process_bytes(planned)
    return Compared(
        stage=stage,
        device=str(job.device),
        run_bytes=run_bytes,
        lora16_bytes=lora or planned.lora + process,
        lora16_measured=lora is not None,
        full_bytes=full or planned.full + process,
        full_measured=full is not None,
        tokens=step_of(job.recipe).tokens,
    )


def _process_bytes(planned: PeerMemory) -> int:
    """On a processor the run's peak is the whole process's, holes included, so the planned peers have them, too."""
    from lowbit_core.plan.estimate import CPU_HOLES, PROCESS_RAM, TRAINER_RAM

    return PROCESS_RAM + TRAINER_RAM + round(CPU_HOLES * planned.activations)


def _measured(job: Job, peer: Peer, planned: int) -> int | None:
    """The true peak on a GPU where it fits; None elsewhere: a processor's figure would hold the run itself, too, and
    the many runs of a frontier are not held up for it.
    """
    import torch

    from lowbit_core.jobs.float_place import free_bytes

    if job.device.type != "cuda" or job.shared is not None:
        return None
    release_memory()
    if MARGIN * planned > free_bytes(job.device):
        return None
    job.context.checkpoint()
    name = _NAMES[peer]
    job.context.emit(
        Notice(
            level="info",
            code="measuring-peer",
            message=f"One step of {name} is taken on random weights, so that the report can say what it needs.",
            arguments={"peer": name},
        )
    )
    try:
        return measure_peer(job.recipe, _random_model(job, peer), peer, job.device)
    except torch.OutOfMemoryError:
        return None
    finally:
        release_memory()
        reset_peak(job.device)  # later readings are the run's own again


def _random_model(job: Job, peer: Peer) -> PreTrainedModel:
    """The model's shapes with small random numbers."""
    import torch

    from lowbit_core.jobs.check import fill_random
    from lowbit_core.model import skeleton

    dtype = torch.float32 if peer == "full" else job.dtype
    reset_peak(job.device)
    model = skeleton(job.spec, dtype)
    for module in model.modules():
        fill_random(module, job.device)
    model.tie_weights()
    return model


def measure_peer(recipe: Recipe, model: PreTrainedModel, peer: Peer, device: torch.device) -> int:
    """Torch's peak over one step: forward, backward, AdamW."""
    import torch

    from lowbit_core.train.lean_norms import lean_norms
    from lowbit_core.train.memory import checkpoint_blocks
    from lowbit_core.train.objective import CrossEntropy, objective_inside

    step = step_of(recipe)
    rows = recipe.tune.batch if recipe.data.source else recipe.correct.batch
    model.requires_grad_(peer == "full")
    trained: Any = model if peer == "full" else _with_adapter(recipe, model)
    parameters = [item for item in trained.parameters() if item.requires_grad]
    optimizer = torch.optim.AdamW(parameters)
    ids = torch.randint(0, model.config.get_text_config(decoder=True).vocab_size, (rows, step.tokens // rows))
    ids = ids.to(device)
    trained.train()
    with ExitStack() as stack:
        stack.enter_context(objective_inside(trained, CrossEntropy()))
        stack.enter_context(lean_norms(trained))
        if step.checkpointing:
            stack.enter_context(checkpoint_blocks(trained, offload=step.offload))
        with torch.autocast(device.type, dtype=torch.bfloat16):
            loss = trained(input_ids=ids, labels=ids).loss
        loss.backward()
        optimizer.step()
    return int(torch.cuda.max_memory_allocated(device)) if device.type == "cuda" else 0


def _with_adapter(recipe: Recipe, model: PreTrainedModel) -> Any:
    """LoRA of the run's rank on the matrices the run trains."""
    from dataclasses import replace

    from lowbit_core.tune.adapter import attach

    continued = recipe.correct.method != "none" and (recipe.tune.adapter == "continue" or not recipe.data.source)
    rank = recipe.correct.rank if continued else recipe.tune.rank
    targets = ("all",) if continued else recipe.tune.targets
    settings = replace(recipe.tune, adapter="fresh", rank=rank, targets=targets, dora=False)
    return attach(model, settings, name="peer", repair=None)[0]
