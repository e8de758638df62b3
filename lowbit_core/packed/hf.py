"""transformers' door: ``AutoModelForCausalLM.from_pretrained`` loads packed folders after `import lowbit_core.packed`.

Only hooks that transformers 5.17 and 5.23 both have are overridden. The buffers are stored under their own names, so no
conversion of names or numbers is needed; both versions cast a loaded tensor to the dtype of the one it replaces, which
keeps codes and fp16 scales as they are.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import PreTrainedModel
from transformers.quantizers import HfQuantizer, register_quantization_config, register_quantizer
from transformers.quantizers.auto import AUTO_QUANTIZATION_CONFIG_MAPPING, AUTO_QUANTIZER_MAPPING
from transformers.utils.quantization_config import QuantizationConfigMixin

from lowbit_core.packed.manifest import QUANT_METHOD, Manifest
from lowbit_core.packed.swap import swap_modules, unpack_modules


class LowbitConfig(QuantizationConfigMixin):
    """A `Manifest` as transformers carries it; written back by `save_pretrained` word for word."""

    def __init__(self, **values: Any) -> None:
        values.pop("quant_method", None)
        self.quant_method = QUANT_METHOD
        self.__dict__.update(values)

    @classmethod
    def of(cls, manifest: Manifest) -> LowbitConfig:
        """The configuration object for a manifest."""
        return cls(**manifest.to_json())

    def manifest(self) -> Manifest:
        """The manifest in it.

        Raises:
            UserError: as for `Manifest.from_json`.
        """
        return Manifest.from_json(self.to_dict())


class LowbitQuantizer(HfQuantizer):
    """Puts packed modules into the empty model; the rest is transformers' ordinary loading."""

    requires_calibration = True

    def _process_model_before_weight_loading(self, model: PreTrainedModel, **kwargs: Any) -> PreTrainedModel:
        swap_modules(model, self.quantization_config.manifest())
        return model

    def _dequantize(self, model: PreTrainedModel, dtype: torch.dtype | None = None) -> PreTrainedModel:
        unpack_modules(model, dtype or model.dtype)
        return model

    def is_serializable(self) -> bool:
        """Packed bytes are saved as they are."""
        return True

    @property
    def is_trainable(self) -> bool:
        """Through adapters."""
        return True


def register() -> None:
    """Tell transformers about ``quant_method = "lowbit"``; a second call does nothing (theirs would raise)."""
    if QUANT_METHOD not in AUTO_QUANTIZATION_CONFIG_MAPPING:
        register_quantization_config(QUANT_METHOD)(LowbitConfig)
    if QUANT_METHOD not in AUTO_QUANTIZER_MAPPING:
        register_quantizer(QUANT_METHOD)(LowbitQuantizer)


def mark_packed(model: PreTrainedModel, manifest: Manifest) -> None:
    """Leave the marks that `from_pretrained` leaves; Trainer and save_pretrained read them."""
    config = LowbitConfig.of(manifest)
    quantizer = LowbitQuantizer(config, pre_quantized=True)
    model.hf_quantizer = quantizer
    model.config.quantization_config = config
    model.is_quantized = True
    model.quantization_method = QUANT_METHOD
    for module in model.modules():
        if isinstance(module, PreTrainedModel):
            module.config._is_quantized = True
