"""A model's classes with no weights: parameters on the meta device, buffers real."""

from __future__ import annotations

import copy
from functools import lru_cache

import torch
from accelerate import init_empty_weights
from transformers import AutoConfig, AutoModelForCausalLM, PretrainedConfig, PreTrainedModel

from lowbit_core.errors import UserError
from lowbit_core.source import ModelSpec


def config_of(spec: ModelSpec) -> PretrainedConfig:
    """The configuration object of a model, without any mark of a quantization.

    Raises:
        UserError: transformers does not know the model type (``model-type-unknown``).
    """
    values = copy.deepcopy(dict(spec.config))
    # The dequantized model is what we read; a left-over mark would make transformers refuse save_pretrained.
    values.pop("quantization_config", None)
    model_type = values.pop("model_type", None) or spec.model_type
    try:
        return AutoConfig.for_model(model_type, **values)
    except ValueError as error:
        raise UserError(
            "model-type-unknown",
            f"This version of transformers does not know models of type {model_type!r}.",
            hint="Models that bring their own code cannot be opened; take one with a class in transformers.",
            where=str(spec.source),
            arguments={"type": model_type},
        ) from error


def skeleton(spec: ModelSpec, dtype: torch.dtype) -> PreTrainedModel:
    """The model's own transformers class, in eval mode, its parameters on the meta device as ``dtype``.

    Buffers are real and hold what the constructor computed (rotary frequencies, causal masks): non-persistent ones
    are in no checkpoint, and a model built on the meta device alone would be left with rubbish in them.

    Raises:
        UserError: unknown model type, an encoder-decoder (``model-encoder-decoder``), or a model that does not generate
            text (``task-unsupported``).
    """
    _settle_vector_math()
    config = config_of(spec)
    if config.is_encoder_decoder:
        raise UserError(
            "model-encoder-decoder",
            f"{spec.architecture or config.model_type} has an encoder and a decoder; only decoder-only models are "
            "handled so far.",
            hint="Take a causal language model such as Llama, Qwen, Gemma, Mistral or Phi.",
            where=str(spec.source),
            arguments={"architecture": spec.architecture},
        )
    # accelerate moves each parameter to meta as it is registered, before it is initialised: no page is touched.
    with init_empty_weights(include_buffers=False):
        try:
            model = AutoModelForCausalLM.from_config(config, dtype=dtype)
        except ValueError as error:
            raise UserError(
                "task-unsupported",
                f"A model of type {config.model_type!r} does not write text token by token.",
                hint="Take a causal language model (decoder only).",
                where=str(spec.source),
                arguments={"type": config.model_type},
            ) from error
    model.tie_weights()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model.eval()


@lru_cache(maxsize=1)
def _settle_vector_math() -> None:
    """Let every thread compute a sine and a cosine whose result nobody needs.

    Seen with torch 2.13 and MKL on Linux: in one process of six or so the very first cosine is off by up to 1.5e-4 in
    the part that the second thread makes, and exact from then on. Rotary embeddings would start with it.
    """
    angles = torch.arange(32768.0 * max(2, torch.get_num_threads()))
    angles.cos()
    angles.sin()
