"""Memory of the block loop: one block, its grams, and the worst matrix being solved."""

from __future__ import annotations

from dataclasses import dataclass

from lowbit_core.plan.shape import Matrix, Shape
from lowbit_core.recipe.repairs import closed_form, rounds_of
from lowbit_core.recipe.schema import Recipe

MICRO_BATCH_TOKENS = 2048
"""Tokens run through a block at once (`model.stream`)."""

WIDE_INPUT = 4096
"""Widest matrix whose Hessian is factored in float64 (`quantize.gptq`)."""

FACTOR_BYTES_NARROW, FACTOR_BYTES_WIDE = 20, 8
"""Bytes an entry of the Hessian while it is factored, itself left out: factor and inverse in float64 and the result in
fp32, or two in fp32 above `WIDE_INPUT`."""

WEIGHT_BYTES = {"nearest": 16, "search": 24, "gptq": 24}
"""Bytes a weight of the matrix being solved: itself in fp32 and the solver's copies of its size."""

SOLVER_BUFFERS = 20_000_000
"""Chunks of the sweeps and refits, and what the allocator keeps. With the figures above, 1.1B Llama shape at 4 bits:
625 MB measured (VmHWM over the process after its imports, `tests/bench/streaming_memory.py`), 689 planned."""

FLOAT64_WEIGHTS = 1 << 24
"""Weights of the largest matrix whose error is decomposed in float64 (`correct.svd`)."""

JOINT_WEIGHTS, JOINT_WEIGHTS_GPU = 1 << 22, 1 << 24
"""Weights of matrices of one input that are solved as one (`quantize.joint`)."""

LOFTQ_BYTES = 20
"""Bytes a weight that LoftQ keeps while W − b·a is quantized: W, the first Q, the target, the codes of the best round
and of the one before, and what the C library holds on to. 2048 x 2048, nearest: 176 MB seen, 151 by these figures."""

_SHARED = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"), ("w1", "w3"))
"""Last names of matrices that read the same input and share a gram."""


@dataclass(frozen=True, kw_only=True)
class LoopMemory:
    """Bytes at the loop's peak.

    Attributes:
        block: the float block.
        grams: of all inputs of the block.
        work: the worse of running calibration text through the block, and solving its worst matrix.
        work_is_solving: which of the two.
        hidden: hidden states of all calibration text, in and out of a block (on disk, or in RAM).
    """

    block: int
    grams: int
    work: int
    work_is_solving: bool
    hidden: int


def loop_memory(shape: Shape, recipe: Recipe, element: int = 2, *, on_gpu: bool = False) -> LoopMemory:
    """Memory of `quantize.quantize_model`."""
    settings = recipe.quantize
    text = uses_text(recipe)
    grams = gram_sizes(max(shape.blocks, key=lambda block: sum(matrix.weights for matrix in block)))
    all_grams = 4 * sum(width * width for width in grams) if text else 0
    running = _running_bytes(shape, grams, element) + all_grams if text else 0
    most = JOINT_WEIGHTS_GPU if on_gpu else JOINT_WEIGHTS
    joint = {matrix.name: min(most, _with_neighbours(matrix, shape.blocks[0])) for matrix in shape.blocks[0]}
    chunked = on_gpu and text and settings.solver != "gptq"
    solving = max(
        _searching_bytes(matrix, recipe, grams)
        if chunked
        else _solving_bytes(matrix, recipe, grams, text, joint[matrix.name])
        for matrix in shape.blocks[0]
    )
    worst = max(running, solving)
    embed = element * shape.embedding if text else 0
    block = element * shape.widest_block
    held = all_grams if running >= solving else 0
    return LoopMemory(
        block=block,
        grams=held,
        work=max(worst - held, embed - block),
        work_is_solving=solving > running,
        hidden=2 * settings.samples * settings.length * shape.hidden * element if text else 0,
    )


def uses_text(recipe: Recipe) -> bool:
    """Whether anything looks at calibration text."""
    settings = recipe.quantize
    mixture = isinstance(settings.bits, str) or not float(settings.bits).is_integer()
    measured = mixture and settings.mixed == "sensitivity"
    repair = closed_form(recipe.correct) == "activation" or recipe.correct.method == "reallm"
    return settings.solver == "gptq" or measured or repair


def gram_sizes(block: tuple[Matrix, ...]) -> tuple[int, ...]:
    """Width of each distinct input of a block's matrices."""
    seen: dict[tuple[str, ...], int] = {}
    for matrix in block:
        last = matrix.name.rpartition(".")[2]
        group = next((names for names in _SHARED if last in names), (matrix.name,))
        seen[group] = matrix.in_features
    return tuple(seen.values())


def _running_bytes(shape: Shape, grams: tuple[int, ...], element: int) -> int:
    """Activations of a micro-batch in a block's forward pass, and the fp32 copy that goes into the widest gram."""
    wide = max(grams, default=shape.hidden)
    copies = MICRO_BATCH_TOKENS * 4 * wide
    activations = MICRO_BATCH_TOKENS * element * (3 * shape.hidden + 3 * shape.ffn)
    return activations + max(copies, 4 * wide * wide)


def _with_neighbours(matrix: Matrix, block: tuple[Matrix, ...]) -> int:
    """Weights of the matrices that read the same input, its own among them."""
    last = matrix.name.rpartition(".")[2]
    group = next((names for names in _SHARED if last in names), (last,))
    return sum(item.weights for item in block if item.name.rpartition(".")[2] in group)


def _solving_bytes(matrix: Matrix, recipe: Recipe, grams: tuple[int, ...], text: bool, joint: int) -> int:
    """The matrix, its solver's copies and what is done with its gram; grams of matrices before it are gone.

    ``joint``: weights of the matrices of this input that are solved as one, at most.
    """
    settings = recipe.quantize
    solved = max(matrix.weights, joint) if text else matrix.weights
    repair = closed_form(recipe.correct)
    kept = LOFTQ_BYTES * matrix.weights if rounds_of(recipe.correct) > 1 else 0
    square = matrix.in_features * matrix.in_features
    weights = WEIGHT_BYTES[settings.solver] * solved + kept
    repairing = _repairing_bytes(matrix, text) + kept if repair in ("activation", "loftq") else 0
    if not text:
        return max(weights, repairing)
    sizes = list(grams)
    later = sizes[sizes.index(matrix.in_features) :] if matrix.in_features in sizes else sizes
    held = 4 * sum(width * width for width in later)
    if settings.solver != "gptq":
        return held + max(weights + 4 * square, repairing)
    factor = (FACTOR_BYTES_NARROW if matrix.in_features <= WIDE_INPUT else FACTOR_BYTES_WIDE) * square
    # Factoring comes first, with W; then the descent, with a sorted copy of the gram; then the repair.
    return held + max(factor + 4 * solved + kept, weights + 4 * square, repairing) + SOLVER_BUFFERS


def _searching_bytes(matrix: Matrix, recipe: Recipe, grams: tuple[int, ...]) -> int:
    """Nearest or searched codes and their repair on a GPU, where whole matrices are handled at once: the tensors alive
    at the worst moment. Llama-2-7B shape, 2 bits, rank 16: 2.53 GB measured, 2.49 by these figures.
    """
    square, weights = matrix.in_features * matrix.in_features, matrix.weights
    sizes = list(grams)
    later = sizes[sizes.index(matrix.in_features) :] if matrix.in_features in sizes else sizes
    held = 4 * sum(width * width for width in later)
    if closed_form(recipe.correct) not in ("activation", "loftq"):
        # W and its codes beside the parts of a dequantized matrix; W beside the gram in float64, summed to be checked.
        return held + max(21 * weights, 4 * weights + 8 * square)
    known = 8 + min(2, rounds_of(recipe.correct))  # W, its first value, codes of the best round and of this one
    dequantized = (known + 16) * weights
    checked = (known + 4) * weights + 8 * square  # the error is there, too
    repaired = (known + 12) * weights + (12 if weights <= FLOAT64_WEIGHTS else 4) * square
    return held + max(dequantized, checked, repaired)


def _repairing_bytes(matrix: Matrix, text: bool) -> int:
    """W, E and its product with the gram, and the damped gram, in the precision of `correct.svd`."""
    square = matrix.in_features * matrix.in_features if text else 0
    if matrix.weights <= FLOAT64_WEIGHTS:
        return 24 * matrix.weights + 12 * square
    return 12 * matrix.weights + 4 * square
