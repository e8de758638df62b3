"""Stage model: what it is, whether the run fits this computer, and its files on the disk."""

from __future__ import annotations

from lowbit_core.jobs.job import Job


def run(job: Job) -> None:
    """Look at the model, compare the plan with what is free, then fetch what is missing.

    Raises:
        UserError: no such model, damaged files, no space for the plan.
    """
    spec = job.spec
    job.facts |= {
        "source": spec.source,
        "revision": spec.revision,
        "architecture": spec.architecture,
        "parameters": spec.parameters,
        "total_bytes": spec.total_bytes,
        "licence": spec.licence,
    }
