"""Stage tune: the user's adapter, trained on the packed base."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lowbit_core.jobs.job import Job

if TYPE_CHECKING:
    from transformers import PreTrainedModel

PRECISIONS = {"torch.float32": "fp32", "torch.bfloat16": "bf16", "torch.float16": "fp16"}


def run(job: Job) -> None:
    """Train, going on from the newest checkpoint where there is one; `adapters/tuned` is the best state.

    Raises:
        UserError: see `tune.tune`.
        Interrupted: pause and stop save first; after a stop the adapter reached so far is usable.
    """
    from lowbit_core.tune import tune
    from lowbit_core.tune.samples import sample_prompts

    recipe, folder = job.recipe, job.folder
    model, repair = packed_model(job)
    precision: Any = PRECISIONS[str(job.dtype)]
    result = tune(
        model,
        job.tokenizer,
        rendered_rows(job, "train"),
        recipe.tune,
        recipe.data,
        folder=folder.tuned,
        checkpoints=folder.checkpoints,
        context=job.context,
        validation=rendered_rows(job, "validation") if job.data.report().validation else (),
        repair=repair,
        seed=recipe.seed,
        precision=precision,
        resume=True,
        prompts=sample_prompts(job.data.examples("validation"), job.tokenizer, recipe.tune.samples)
        if job.data.report().validation
        else (),
    )
    job.facts |= {name: value for name, value in asdict(result).items() if name != "folder"}


def packed_model(job: Job) -> tuple[PreTrainedModel, str | None]:
    """The packed base with its repair attached, and the repair's name (None where there is none)."""
    from lowbit_core.packed import load_adapter, load_model

    folder = job.folder
    model = load_model(folder.base, job.device, job.dtype)
    if not (folder.repair / "adapter_config.json").is_file():
        return model, None
    return load_adapter(model, folder.repair, folder.repair.name), folder.repair.name


def rendered_rows(job: Job, split: str) -> Any:
    """`render.TokenRows` of the recipe's data, as the model sees them."""
    from lowbit_core.render import render_all

    assert split in ("train", "validation")
    settings = job.recipe.data
    examples = job.data.examples("train" if split == "train" else "validation")
    rows, _ = render_all(examples, job.tokenizer, settings.loss_on, settings.max_length, context=job.context)
    return rows
