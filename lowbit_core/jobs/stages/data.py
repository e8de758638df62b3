"""Stage data: read the rows, say which are refused, and render them as the model will see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lowbit_core.errors import UserError
from lowbit_core.events import Notice
from lowbit_core.jobs.job import Job

if TYPE_CHECKING:
    from lowbit_core.data import DataReport

NAMED_ROWS = 5
"""Refused rows named in the notice; all are in the preview."""


def run(job: Job) -> None:
    """Check everything about the data that could stop the run later.

    Raises:
        UserError: unreadable data, a missing column, no row the model can learn from.
    """
    from lowbit_core.render import render_all

    report = job.data.report()
    job.context.checkpoint()
    for notice in report.notices:
        job.context.emit(Notice(level="info", code=notice.code, message=notice.message, hint=notice.hint))
    _refuse_broken(report)
    if report.refused_count:
        named = "; ".join(f"{row.where}: {row.reason}" for row in report.refused[:NAMED_ROWS])
        _warn(job, "rows-refused", f"{report.refused_count} rows cannot be used: {named}.", rows=report.refused_count)
    settings = job.recipe.data
    _, rendered = render_all(
        job.data.examples("train"), job.tokenizer, settings.loss_on, settings.max_length, context=job.context
    )
    if rendered.refused_count:
        named = "; ".join(f"{row.where}: {row.reason}" for row in rendered.refused[:NAMED_ROWS])
        message = f"{rendered.refused_count} rows do not fit the model's template or have nothing to learn: {named}."
        _warn(job, "rows-not-rendered", message, rows=rendered.refused_count)
    if rendered.too_long:
        message = f"{rendered.too_long} rows are longer than {settings.max_length} tokens and are cut."
        _warn(job, "rows-cut", message, rows=rendered.too_long)
    job.facts |= {
        "format": report.format,
        "examples": report.examples,
        "validation": report.validation,
        "refused": report.refused_count,
        "duplicates": report.duplicates,
        "rows": rendered.rows,
        "tokens": rendered.tokens,
        "learned": rendered.learned,
        "longest": rendered.longest,
    }


def _refuse_broken(report: DataReport) -> None:
    """A line that cannot even be parsed means a damaged file; a row that merely lacks something is left out instead.

    Raises:
        UserError: ``data-json-broken`` with the line.
    """
    broken = [row for row in report.refused if row.reason.startswith("broken JSON")]
    if broken:
        more = f" (and {len(broken) - 1} more lines)" if len(broken) > 1 else ""
        raise UserError(
            "data-json-broken",
            f"{broken[0].where} cannot be read: {broken[0].reason}{more}.",
            hint="Mend or delete the line; the file may have been cut off while it was copied.",
            where=broken[0].where,
            arguments={"lines": len(broken)},
        )


def _warn(job: Job, code: str, message: str, *, rows: int) -> None:
    job.context.emit(
        Notice(
            level="warning",
            code=code,
            message=message,
            hint="Look at them in the preview, or with `lowbit inspect` of the data.",
            arguments={"rows": rows},
        )
    )
