"""Trained codes: the whole quantized model, codes and scales, distilled from the float model end to end.

Goes beyond the three sources. Every packed matrix becomes a `LatentLinear` that starts from its GPTQ codes, KL to the
float model is minimised, and the codes the latent weights end in are packed again. The latent weights, their gradients
and AdamW's moments are 16 bytes a weight, so this is for models whose float weights fit several times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.context import Context
from lowbit_core.correct.distillation import Distillation, collate
from lowbit_core.correct.latent import LatentLinear
from lowbit_core.correct.lrec import CorrectionResult, split_rows, training_settings
from lowbit_core.correct.repacked import PackedMatrices
from lowbit_core.correct.teacher import Teacher
from lowbit_core.errors import UserError
from lowbit_core.formats.codec import Codec, IntegerCodec
from lowbit_core.model import Structure
from lowbit_core.packed import PackedLinear, unpack
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.protocols import Sink
from lowbit_core.recipe.schema import Correct
from lowbit_core.train.run import train
from lowbit_core.train.settings import TrainSettings
from lowbit_core.weights import WeightReader


def make_trainable(
    model: PreTrainedModel,
    reader: WeightReader,
    names: Mapping[str, str],
    low_ranks: Mapping[str, LowRank],
    transposed: frozenset[str] = frozenset(),
) -> dict[str, LatentLinear]:
    """Replace the packed matrices inside the blocks by trainable ones, in place.

    Args:
        model: packed, on its device, without adapters.
        reader: of the float model.
        names: parameter of the model -> its name in the float model's files.
        low_ranks: by module name, the adapters to train along.
        transposed: modules whose float weight is stored [in, out].

    Returns:
        The trainable layers by module name.

    Raises:
        UserError: the model's codec has no trainable codes (``codes-not-trainable``).
    """
    layers: dict[str, LatentLinear] = {}
    for name, packed in _packed_in_blocks(model):
        check_codec(packed.codec)
        weight = reader.read(names[f"{name}.weight"]).float()
        if name in transposed:
            weight = weight.T
        quantized = unpack(packed.buffers_packed)
        layer = LatentLinear(weight.to(quantized.codes.device), quantized, low_ranks.get(name), packed.bias)
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, layer)
        layers[name] = layer
    model.is_quantized = False  # to transformers, which refuses to train a quantized model without adapters
    return layers


def check_codec(codec: Codec) -> None:
    """Refuse codecs whose codes cannot be trained.

    Raises:
        UserError: ``codes-not-trainable``.
    """
    if not isinstance(codec, IntegerCodec):
        raise UserError(
            "codes-not-trainable",
            f"Codes of the {codec.kind} codec cannot be trained.",
            hint='Set quantize.codec = "integer", or take correct.method = "lrec".',
            where="correct.method",
        )


def qad(
    model: PreTrainedModel,
    tokens: Tensor,
    settings: Correct,
    teacher: Teacher,
    *,
    checkpoints: Path,
    context: Context,
    seed: int = 0,
    precision: Literal["fp32", "bf16", "fp16"] = "fp32",
    checkpointing: bool = True,
    resume: bool = False,
) -> CorrectionResult:
    """Train the latent weights and scales of a model made by `make_trainable`; it holds the best state afterwards.

    Args:
        model: see `make_trainable`.
        tokens: int64 [n, length]; the teacher knows the rows by these numbers.
        settings: the recipe's section; ``weight_learning_rate`` is the codes', ``learning_rate`` the scales' and
            adapters'.
        teacher: the float model.
        checkpoints: where training can be resumed from.
        context: reports and interruptions.
        seed: of the order of the rows.
        precision: autocast of the forward pass.
        checkpointing: keep one hidden state a block and recompute the rest in backward.
        resume: go on from the newest whole checkpoint.

    Raises:
        UserError: see `train.train`.
        Interrupted: after a save where the user asked to pause or stop.
    """
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for layer in model.modules():
        if isinstance(layer, LatentLinear):
            for parameter in layer.parameters():
                parameter.requires_grad_(True)
    rows, held_out = split_rows(tokens)
    result = train(
        model,
        rows,
        collate=collate,
        settings=_settings(settings, seed=seed, precision=precision, checkpointing=checkpointing),
        folder=checkpoints,
        context=context,
        validation=held_out,
        objective=Distillation(teacher, settings.kl_weight, settings.ce_weight),
        resume=resume,
        identity={"method": "qad", "rank": settings.rank},
    )
    return CorrectionResult(
        steps=result.steps, best_step=result.best_step, kl=result.best_loss, peak_bytes=result.peak_bytes
    )


def write_trained(layers: Mapping[str, LatentLinear], start: Path, structure: Structure, sink: Sink) -> None:
    """Hand the whole model to a sink: the trained matrices, and everything else as it stands in the folder ``start``.

    Args:
        layers: the trained layers by module name.
        start: the packed folder the model was loaded from.
        structure: of the model.
        sink: e.g. a `packed.PackedFolder`; finished here.

    Raises:
        UserError: the folder is damaged, or the sink's disk is full.
    """
    for name, layer in layers.items():
        sink.matrix(name, layer.quantized(), layer.trained_low_rank())
    PackedMatrices(start, structure).send_rest(sink, layers)
    sink.done()


_SAVES = 4
"""Checkpoints of a run: each holds the latent weights and AdamW's moments, 12 bytes a weight."""


def _settings(
    settings: Correct, *, seed: int, precision: Literal["fp32", "bf16", "fp16"], checkpointing: bool
) -> TrainSettings:
    made = training_settings(settings, seed=seed, precision=precision, checkpointing=checkpointing, saves=_SAVES)
    factor = settings.weight_learning_rate / settings.learning_rate if settings.learning_rate else 1.0
    return TrainSettings(**{**vars(made), "rate_factors": {".latent": factor}})


def _packed_in_blocks(model: PreTrainedModel) -> Iterator[tuple[str, PackedLinear]]:
    """Packed matrices other than a packed head; found first, since they are replaced while walking."""
    head = model.get_output_embeddings()
    found = [
        (name, item) for name, item in model.named_modules() if isinstance(item, PackedLinear) and item is not head
    ]
    yield from found
