"""How long the stages take: operations counted, divided by a machine's measured rates."""

from __future__ import annotations

from dataclasses import dataclass

from lowbit_core.machine import Machine
from lowbit_core.plan.shape import Shape
from lowbit_core.recipe.repairs import closed_form, rank_of, rounds_of
from lowbit_core.recipe.schema import Recipe

VALIDATION_ROWS = 256
"""Validation rows measured at a time (`train.settings`)."""

MOST_ANSWERS = 512
"""Held-back rows whose answers are measured at most (`jobs.answers`): enough for three digits of the mean."""

SAMPLE_TOKENS = 48
"""Of an answer to a held-back question while tuning, at most (`tune.samples`)."""


KL_BYTES = 40
"""Read and written for a logit by a comparison with the float model's: ten passes in fp32."""

OPENING_SECONDS, OPENED_BYTES = 1.0, 5e8
"""Opening a model: at least, and the bytes read from its folder in a second, about one a weight."""


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What a machine does in a second.

    Attributes:
        matmul: multiply-adds of large 16-bit products.
        decode_bytes: bytes of weights read while one token is decoded.
        solve: multiply-adds of GPTQ and the factorizations around it.
        launch: seconds a block takes at least, however small.
    """

    matmul: float
    decode_bytes: float
    solve: float
    launch: float


def default_rates(machine: Machine, on_gpu: bool, element: int = 2) -> Rates:
    """Rates by kind of device, where nothing was measured; ``element``: bytes of a number in the arithmetic.

    A CPU core: 1,580 prompt tokens/s of a 135M model on two cores is 1.1e11 multiply-adds a second for each core in
    bf16, of which fp32 reaches half; 25 decoded tokens/s of its 270 MB is 6.7e9 bytes/s. A GPU: a laptop's RTX 3070
    does about 2e13 and 4e11; newer ones scale with what their architecture brought.
    """
    if not on_gpu:
        cores = max(1, machine.physical_cores)
        return Rates(
            matmul=(1.1e11 if element == 2 else 5e10) * cores, decode_bytes=7e9, solve=5.5e9 * cores, launch=5e-4
        )
    major = machine.gpus[0].capability if machine.gpus else (8, 6)
    table = {(7, 5): (1.2e13, 2.5e11), (8, 0): (1.0e14, 1.4e12), (8, 6): (2.5e13, 4e11), (8, 9): (4e13, 4.5e11)}
    matmul, bandwidth = table.get(major, (2.5e14, 2.2e12) if major[0] >= 9 else (2e13, 3e11))
    return Rates(matmul=matmul, decode_bytes=bandwidth * 0.4, solve=matmul * 0.02, launch=2e-3)


def tokens_per_pass(shape: Shape, length: int) -> float:
    """Multiply-adds of one token's forward pass in a sequence of ``length``: weights, head and attention."""
    attention = 2 * shape.attention.layers * shape.attention.heads * shape.attention.head_dim * length / 2
    return shape.linear_weights + shape.vocab * shape.hidden + attention


def sample_seconds(shape: Shape, tokens: int, length: int, rates: Rates, rows: int, element: int = 2) -> float:
    """Decoding ``rows`` sequences at once: weights are read once a step, the products of all rows are computed."""
    rows = min(rows, max(1, tokens // length))
    compute = rows * tokens_per_pass(shape, length) / rates.matmul
    read = element * shape.parameters / rates.decode_bytes
    # Thin products reach about a quarter of what large ones do, and each token's probabilities are summed over the
    # vocabulary.
    step = max(4 * compute, read) + len(shape.blocks) * rates.launch + rows * shape.vocab * 2e-9
    return tokens / rows * step


def quantize_seconds(shape: Shape, recipe: Recipe, rates: Rates, text: bool) -> float:
    """Calibration passes through every block (twice: to look, and on), grams, the solver, and a closed-form repair."""
    settings = recipe.quantize
    repair = closed_form(recipe.correct)
    rounds = rounds_of(recipe.correct)
    seconds = shape.linear_weights * 16 / rates.decode_bytes
    if repair in ("activation", "loftq"):
        seconds += rounds * repair_operations(shape, recipe, text) / rates.solve
    if not text:
        return seconds + rounds * shape.linear_weights * (400 if settings.solver == "search" else 20) / rates.solve
    tokens = settings.samples * settings.length
    forward = 2 * tokens * tokens_per_pass(shape, settings.length)
    grams = sum(tokens * matrix.in_features**2 for matrix in shape.matrices) * 0.6
    solve = rounds * sum(
        matrix.in_features**3 + (6 if settings.solver == "gptq" else 0.1) * matrix.weights * matrix.in_features
        for matrix in shape.matrices
    )
    return seconds + (forward + grams) / rates.matmul + solve / rates.solve


def repair_operations(shape: Shape, recipe: Recipe, text: bool) -> float:
    """Multiply-adds of one decomposition of every error: `correct.svd`, outright or by eight powers of a block."""
    total = 0.0
    for matrix in shape.matrices:
        rank = rank_of(matrix.name, recipe.correct.rank, recipe.correct.ranks)
        if not rank:
            continue
        rows, columns, width = matrix.out_features, matrix.in_features, rank + 8
        seen = rows * columns + (columns**2 if text else 0)
        if rows <= max(256, 8 * width):
            total += rows * seen + 10 * rows**3
        else:
            # Each power passes E twice and the gram once; the basis of all of them is orthonormalized as it grows.
            total += 8 * width * (seen + rows * columns) + 2 * rows * (8 * width) ** 2 + 10 * (8 * width) ** 3
    return total


def steps_of(recipe: Recipe, rows: int) -> int:
    """Optimizer steps of the tuning, for a number of training rows."""
    tune = recipe.tune
    return tune.steps or max(1, round(tune.epochs * rows / (tune.batch * tune.accumulate)))


def tune_seconds(shape: Shape, recipe: Recipe, rates: Rates, rows: int, mean_tokens: float) -> float:
    """Forward, recomputed forward, and backward for activations only: 4 passes, 3 without checkpointing."""
    tune = recipe.tune
    passes = 4 if tune.checkpointing else 3
    tokens = steps_of(recipe, rows) * tune.batch * tune.accumulate * mean_tokens
    micro = steps_of(recipe, rows) * tune.accumulate
    measured = answers = 0.0
    if tune.evaluate_every:
        times = steps_of(recipe, rows) / tune.evaluate_every
        measured = times * min(VALIDATION_ROWS, max(1, rows // 20)) * mean_tokens
        answers = (times + 1) * tune.samples * SAMPLE_TOKENS * _token_seconds(shape, rates)
    work = (passes * tokens + measured) * tokens_per_pass(shape, recipe.data.max_length) / rates.matmul
    # Dequantizing every matrix in each pass: bytes written and read again.
    dequantize = micro * passes * shape.linear_weights * 4 / rates.decode_bytes
    return work + dequantize + micro * passes * len(shape.blocks) * rates.launch + answers


def _token_seconds(shape: Shape, rates: Rates) -> float:
    """One decoded token of a packed model with an adapter; the head is read in 16 bits, the rest in about 4."""
    read = shape.linear_weights / 2 + 2 * shape.vocab * shape.hidden
    return read / rates.decode_bytes + len(shape.blocks) * rates.launch


def correct_seconds(shape: Shape, recipe: Recipe, rates: Rates) -> float:
    """Distillation: forward, backward for activations and for scales or codes, the float model's part, and the loss."""
    settings = recipe.correct
    tokens = settings.steps * settings.batch * settings.length
    per_token = tokens_per_pass(shape, settings.length)
    dequantize = 2 * settings.steps * shape.linear_weights * 4 / rates.decode_bytes
    loss = tokens * shape.vocab * KL_BYTES / rates.decode_bytes
    return (4 * tokens + settings.tokens) * per_token / rates.matmul + dequantize + loss


def evaluate_seconds(shape: Shape, recipe: Recipe, rates: Rates, tokens: int, variants: int, answers: float) -> float:
    """A forward pass over the text, and over ``answers`` tokens, for each variant and one for the float model."""
    if recipe.evaluate.limit:
        tokens = min(tokens, recipe.evaluate.limit * recipe.evaluate.context)
    overlap = recipe.evaluate.context / recipe.evaluate.stride if recipe.evaluate.stride else 1.0
    passed = tokens * overlap + answers
    compute = passed * tokens_per_pass(shape, recipe.evaluate.context) / rates.matmul
    compared = tokens * overlap * shape.vocab * KL_BYTES / rates.decode_bytes
    opened = OPENING_SECONDS + shape.parameters / OPENED_BYTES
    return (variants + 1) * (compute + opened) + variants * compared
