"""What a plan is made of: one line for each consumer of memory, the seconds of each stage, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

StageName = Literal["sample", "quantize", "correct", "tune", "evaluate", "chat"]
Place = Literal["gpu", "ram", "disk"]
Verdict = Literal["fits", "tight", "does-not-fit"]

TIGHT = 0.9
"""Share of what is free from which on a plan is tight: the estimate itself is right to about a tenth."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One consumer. All lines of a stage and a place exist at once, at that stage's peak.

    Attributes:
        stage: when.
        place: where.
        what: in plain words, e.g. ``packed weights``.
        bytes: how much.
        counted: part of torch's own peak; the CUDA context and paged optimizer states are not.
    """

    stage: StageName
    place: Place
    what: str
    bytes: int
    counted: bool = True


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An estimate, made before any weight is read.

    Attributes:
        lines: every consumer.
        seconds: of each stage.
        bits: bits a quantized weight, everything stored counted, adapters included.
        model_bits: bits a parameter of the whole model.
        model_bytes: of the whole packed model with its adapters.
        device: where the arithmetic is done.
        free_bytes: of memory or disk, by place; no gpu without one.
        notes: what was assumed, or cannot work, in sentences.
    """

    lines: tuple[Line, ...]
    seconds: Mapping[StageName, float]
    bits: float
    model_bits: float
    model_bytes: int
    device: Literal["gpu", "ram"]
    free_bytes: Mapping[Place, int]
    notes: tuple[str, ...] = ()
    estimate: bool = True
    """Always: a plan measures nothing."""

    @cached_property
    def stages(self) -> tuple[StageName, ...]:
        """Stages in order."""
        return tuple(dict.fromkeys(line.stage for line in self.lines))

    def peak(self, stage: StageName, place: Place, *, torch_only: bool = False) -> int:
        """Bytes of one stage in one place; ``torch_only``: what torch's allocator will report as its peak."""
        return sum(
            line.bytes
            for line in self.lines
            if line.stage == stage and line.place == place and (line.counted or not torch_only)
        )

    def worst(self, place: Place) -> int:
        """Most bytes any stage takes there; on disk stages add up, since their files stay."""
        peaks = [self.peak(stage, place) for stage in self.stages]
        return sum(peaks) if place == "disk" else max(peaks, default=0)

    @property
    def total_seconds(self) -> float:
        """All stages."""
        return sum(self.seconds.values())

    def verdict_of(self, place: Place) -> Verdict:
        """Whether what a place has free is enough."""
        if place not in self.free_bytes:
            return "fits" if self.worst(place) == 0 else "does-not-fit"
        need, free = self.worst(place), self.free_bytes[place]
        if need > free:
            return "does-not-fit"
        return "tight" if need > TIGHT * free else "fits"

    @property
    def verdict(self) -> Verdict:
        """The worst of all places."""
        found = [self.verdict_of(place) for place in ("gpu", "ram", "disk")]
        return next((verdict for verdict in ("does-not-fit", "tight") if verdict in found), "fits")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, peaks and verdicts included."""
        places: tuple[Place, ...] = ("gpu", "ram", "disk")
        return {
            "estimate": self.estimate,
            "verdict": self.verdict,
            "verdicts": {place: self.verdict_of(place) for place in places},
            "device": self.device,
            "bits": self.bits,
            "model_bits": self.model_bits,
            "model_bytes": self.model_bytes,
            "free_bytes": dict(self.free_bytes),
            "worst_bytes": {place: self.worst(place) for place in places},
            "peak_bytes": {stage: {place: self.peak(stage, place) for place in places} for stage in self.stages},
            "torch_peak_bytes": {stage: self.peak(stage, "gpu", torch_only=True) for stage in self.stages},
            "seconds": dict(self.seconds),
            "total_seconds": self.total_seconds,
            "lines": [asdict(line) for line in self.lines],
            "notes": list(self.notes),
        }

    def table(self) -> str:
        """For a terminal."""
        parts = [
            f"{self.bits:.2f} bits a weight, model {self.model_bytes / 1e9:.2f} GB. An estimate, nothing is measured."
        ]
        for stage in self.stages:
            parts.append(f"{stage}: about {_duration(self.seconds.get(stage, 0.0))}")
            parts.extend(
                f"  {line.place:<4}  {line.bytes / 1e6:>10,.1f} MB  {line.what}"
                for line in self.lines
                if line.stage == stage
            )
        for place in ("gpu", "ram", "disk"):
            if place in self.free_bytes:
                need, free = self.worst(place) / 1e9, self.free_bytes[place] / 1e9
                parts.append(f"{place}: needs {need:.2f} of {free:.2f} GB free: {self.verdict_of(place)}")
        return "\n".join([*parts, *self.notes])


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
