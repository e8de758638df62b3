"""How much the model loses when one matrix is stored at 2, 3, 4 or 8 bits: the figures that mixed precision divides by.

For every matrix and width the block runs on a few sequences with that one matrix quantized, all else float. What counts
is the noise in the hidden states it leaves behind, relative to them, token by token: the same yardstick for a query
projection and a down projection, and for every block.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lowbit_core.context import Context
from lowbit_core.events import Progress
from lowbit_core.formats.codec import WIDTHS
from lowbit_core.model import BlockStream, Linear, MemoryStore
from lowbit_core.quantize.allocation import Choice, codec_for
from lowbit_core.quantize.calibration import collect, shared_inputs
from lowbit_core.quantize.solve import Solver, solve
from lowbit_core.recipe.schema import Quantize

SAMPLE_SEQUENCES = 8
"""Sequences the differences are measured on; errors of widths lie a factor of four apart, so few tokens are enough."""


def measure(
    stream: BlockStream,
    tokens: Tensor | None,
    settings: Quantize,
    linears: dict[int, list[Linear]],
    context: Context,
) -> list[Choice]:
    """Errors of every matrix at every width of a mixture.

    Args:
        stream: the float model.
        tokens: calibration text [n, length], or None: then the error is that of the weights, relative to them.
        settings: codec, group size and solver.
        linears: the matrices of each block.
        context: told of the progress.
    """
    if tokens is None:
        return [_weight_errors(stream, linear, settings) for items in linears.values() for linear in items]
    sample = tokens[:SAMPLE_SEQUENCES]
    states = MemoryStore((*sample.shape, stream.hidden_size), stream.dtype)
    stream.embed(sample, states)
    choices: list[Choice] = []
    for index, items in linears.items():
        with stream.loaded(index) as module:
            choices.extend(_block_errors(stream, index, module, items, states, settings, context))
            stream.advance(index, states, states)
        context.emit(Progress(stage="sensitivity", done=index + 1, total=len(linears), unit="blocks"))
    return choices


def _quick(settings: Quantize) -> Solver:
    """Error feedback lowers the error of every matrix by about the same factor, at ten times the cost of the search."""
    return "nearest" if settings.solver == "nearest" else "search"


def _weight_errors(stream: BlockStream, linear: Linear, settings: Quantize) -> Choice:
    weight = float_weight(stream, linear)
    solver = _quick(settings)
    power = float(weight.square().sum())
    errors = {
        width: float((solve(weight, codec_for(settings, width), solver).dequantize() - weight).square().sum()) / power
        for width in WIDTHS
    }
    return Choice(name=linear.name, weights=linear.weights, errors=errors)


def float_weight(stream: BlockStream, linear: Linear) -> Tensor:
    """W float32 [out, in] as it is stored, not rounded to the dtype of the computation."""
    weight = stream.reader.read(stream.names[f"{linear.name}.weight"]).to(stream.device).float()
    return weight.T.contiguous() if linear.transposed else weight


@torch.inference_mode()
def _block_errors(
    stream: BlockStream,
    index: int,
    module: nn.Module,
    linears: list[Linear],
    states: MemoryStore,
    settings: Quantize,
    context: Context,
) -> list[Choice]:
    groups = shared_inputs(stream, index, module, linears, states.read(0, 1))
    collect(stream, index, module, groups, states)
    grams = {name: group.gram for group in groups for name in group.matrices}
    clean = _outputs(stream, index, states)
    solver = _quick(settings)
    choices = []
    for linear in linears:
        if linear.matrix not in grams:
            continue
        weight, parameter = float_weight(stream, linear), module.get_submodule(linear.matrix).weight
        assert isinstance(parameter, Tensor)
        kept, errors = parameter.data.clone(), {}
        for width in WIDTHS:
            context.checkpoint()
            value = solve(weight, codec_for(settings, width), solver, grams[linear.matrix]).dequantize()
            parameter.data.copy_(value.T if linear.transposed else value)
            errors[width] = _relative_noise(clean, _outputs(stream, index, states))
        parameter.data.copy_(kept)
        choices.append(Choice(name=linear.name, weights=linear.weights, errors=errors))
    return choices


def _outputs(stream: BlockStream, index: int, states: MemoryStore) -> Tensor:
    count, length, _ = states.shape
    parts = [
        stream.run(index, states.read(start, stop).to(stream.device)) for start, stop in stream.batches(count, length)
    ]
    return torch.cat(parts)


def _relative_noise(clean: Tensor, noisy: Tensor) -> float:
    """Mean over tokens of |noise|²/|state|²: a plain sum would count little but the first token's huge state."""
    full = clean.float()
    ratio = (noisy.float() - full).square().sum(-1) / full.square().sum(-1).clamp_min(1e-30)
    return float(ratio.mean())
