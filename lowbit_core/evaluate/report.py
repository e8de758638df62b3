"""The table at the end of a run: what the bits cost, and what the repair and the tuning gave back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

RowName = Literal["float", "quantized", "repaired", "tuned"]
REPORT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Row:
    """One variant. None: not measured.

    Attributes:
        name: the variant.
        perplexity: on the report's text.
        kl: mean KL(float || variant) a token, nats.
        top1: share of tokens where it agrees with the float model on the most likely token.
        bits: bits a quantized weight, adapters and all side data counted.
        model_bits: bits a parameter of the whole model, with embeddings, head and norms.
        model_bytes: of the whole model, adapters included.
        decode: tokens a second.
        growth: bytes of the whole model over those of the bare quantized model (INT2.1's 1.05).
    """

    name: RowName
    perplexity: float | None = None
    kl: float | None = None
    top1: float | None = None
    bits: float | None = None
    model_bits: float | None = None
    model_bytes: int | None = None
    decode: float | None = None
    growth: float | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """All variants on one text.

    Attributes:
        model: source, as in the recipe.
        text: name of the text.
        context: tokens in a window.
        stride: tokens a window moves on.
        tokens: scored.
        device: where it was measured.
        rows: in the order float, quantized, repaired, tuned.
    """

    model: str
    text: str
    context: int
    stride: int
    tokens: int
    device: str
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; the inverse of `report_from_json`."""
        return {"version": REPORT_VERSION} | asdict(self) | {"rows": [asdict(row) for row in self.rows]}

    def table(self) -> str:
        """For a terminal: a heading line and one line a variant."""
        columns = [column for column in _COLUMNS if any(getattr(row, column.field) is not None for row in self.rows)]
        lines = [
            ["", *(column.title for column in columns)],
            *([row.name, *(column.show(getattr(row, column.field)) for column in columns)] for row in self.rows),
        ]
        widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
        body = [
            "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(cells))
            for cells in (zip(line, widths, strict=True) for line in lines)
        ]
        overlap = "" if self.stride in (0, self.context) else f", stride {self.stride}"
        head = f"{self.text}: {self.tokens:,} tokens in windows of {self.context}{overlap}, on {self.device}"
        return "\n".join([head, *body])


@dataclass(frozen=True)
class _Column:
    field: str
    title: str
    pattern: str
    divide: float = 1.0

    def show(self, value: float | None) -> str:
        """The cell's text."""
        return "-" if value is None else self.pattern.format(value / self.divide)


_COLUMNS = (
    _Column("perplexity", "perplexity", "{:.4g}"),
    _Column("kl", "KL", "{:.4f}"),
    _Column("top1", "top-1 %", "{:.1f}", 0.01),
    _Column("bits", "bits", "{:.2f}"),
    _Column("model_bits", "model bits", "{:.2f}"),
    _Column("model_bytes", "MB", "{:,.1f}", 1e6),
    _Column("growth", "x quantized", "{:.3f}"),
    _Column("decode", "tokens/s", "{:.1f}"),
)


def report_from_json(data: Mapping[str, Any]) -> Report:
    """The report written by `Report.to_json`.

    Raises:
        ValueError: another version, or fields that are missing or unknown.
    """
    if data.get("version") != REPORT_VERSION:
        raise ValueError(f"report version {data.get('version')!r} is not {REPORT_VERSION}")
    known = {item.name for item in fields(Report)}
    if data.keys() - {"version"} != known:
        raise ValueError(f"a report has the fields {', '.join(sorted(known))}")
    try:
        rows = tuple(Row(**row) for row in data["rows"])
    except TypeError as error:
        raise ValueError(str(error)) from error
    return Report(rows=rows, **{key: value for key, value in data.items() if key not in ("version", "rows")})
