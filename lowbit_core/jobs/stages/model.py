"""Stage model: what it is, whether the run fits this computer, and its files on the disk."""

from __future__ import annotations

from lowbit_core import source
from lowbit_core.errors import UserError
from lowbit_core.events import PLANNED_MEMORY, Metric, Notice
from lowbit_core.jobs.job import Job


def run(job: Job) -> None:
    """Look at the model, compare the plan with what is free, then fetch what is missing.

    Raises:
        UserError: no such model, damaged files, no space for the plan, no such text or task to measure on.
    """
    from lowbit_core.jobs.planning import check_space, plan_run
    from lowbit_core.jobs.stages.evaluate import check_files
    from lowbit_core.plan import stored_codes

    check_files(job.recipe)
    looked_at = _looked_at(job)
    resolved, made = plan_run(job.recipe, looked_at, job.folder.path)
    check_space(made, resolved, looked_at)
    for stage in made.stages:
        # On a GPU what torch's allocator will report, since that is what the run's readings are.
        peak = made.peak(stage, made.device, torch_only=made.device == "gpu")
        job.context.emit(Metric(name=f"{PLANNED_MEMORY}/{stage}", value=float(peak), unit="byte", step=0))
    if made.verdict == "tight":
        job.context.emit(
            Notice(
                level="warning",
                code="plan-tight",
                message="By the estimate this run takes nearly all memory or disk space that is free.",
                hint="Close other programs; if it fails, it can be resumed.",
            )
        )
    job.context.checkpoint()
    spec = job.spec
    stored = stored_codes(job.recipe, spec)
    if stored is not None and stored.own:
        job.context.emit(
            Notice(
                level="info",
                code="codes-kept",
                message=f"The model is quantized already ({stored.kind}); its codes are packed as they are. What is "
                "called the float model here is what these codes stand for.",
                hint='With quantize.codes = "new" its values are quantized again.',
                arguments={"kind": stored.kind},
            )
        )
    job.facts |= {
        "source": spec.source,
        "revision": spec.revision,
        "architecture": spec.architecture,
        "parameters": spec.parameters,
        "total_bytes": spec.total_bytes,
        "licence": spec.licence,
        "codes": stored.kind if stored is not None else "",
        "bits": resolved.quantize.bits,
        "correction": resolved.correct.method,
        "planned_seconds": made.total_seconds,
    }


def _looked_at(job: Job) -> source.ModelSpec:
    """What the model is, from its headers; the starter is one small file and fetched where it is missing."""
    model = job.recipe.model
    try:
        return source.inspect_model(model.source, model.revision)
    except UserError as error:
        if error.code != "starter-missing":
            raise
        return job.spec
