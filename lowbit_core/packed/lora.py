"""PEFT's LoRA and DoRA on a `PackedLinear`, in PEFT's own file format."""

from __future__ import annotations

import functools
from typing import Any

import torch
from peft import LoraConfig
from peft.tuners.lora.layer import LoraLayer, LoraVariant
from torch import Tensor, nn

from lowbit_core.errors import UserError
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.dora import RowMagnitude, dora_row_norm, square_norms
from lowbit_core.packed.linear import PackedLinear
from lowbit_core.packed.product import adapted_product
from lowbit_core.packed.scales import scaled_buffers, scaled_linear


class PackedLoraLinear(nn.Module, LoraLayer):
    """y = W·x + Σ s·B·A·x over the active adapters, W packed.

    PEFT makes one for each targeted `PackedLinear` and names its parameters; several adapters may be active at once, in
    the order they were set. Nothing can be merged into packed codes; `lowbit export --to merged` writes 16-bit weights.
    """

    # PEFT is untyped to us, and nn.Module says "Tensor or Module" of whatever it does not know.
    lora_A: Any
    lora_B: Any
    lora_dropout: Any
    lora_variant: Any
    lora_magnitude_vector: Any
    scaling: Any
    active_adapters: Any
    adapter_layer_names: Any
    base_layer: Any
    out_features: int
    get_base_layer: Any
    update_layer: Any
    _check_forward_args: Any
    _mixed_batch_forward: Any
    disable_adapters: Any

    def __init__(
        self,
        base_layer: nn.Module,
        adapter_name: str,
        config: LoraConfig,
        r: int = 0,
        lora_alpha: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        LoraLayer.__init__(self, base_layer, **kwargs)
        self.fan_in_fan_out = False
        self._active_adapter = adapter_name
        self._square_norms: Tensor | None = None
        self.adapter_layer_names = (*self.adapter_layer_names, "lora_scale_delta")
        self.lora_scale_delta = nn.ParameterDict()
        self.update_layer(adapter_name, r, lora_alpha=lora_alpha, config=config, **kwargs)

    @property
    def lora_variants(self) -> dict[tuple[str, ...], type[LoraVariant] | None]:
        """Plain LoRA and DoRA; PEFT refuses any other variant by name."""
        return {(): None, ("use_dora",): PackedDora}

    def forward(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        """x: [..., in] -> [..., out]."""
        self._check_forward_args(x, *args, **kwargs)
        adapter_names = kwargs.pop("adapter_names", None)
        if self.disable_adapters:
            return self.base_layer(x, *args, **kwargs)
        if adapter_names is not None:
            return self._mixed_batch_forward(x, *args, adapter_names=adapter_names, **kwargs)
        fused = self._all_at_once(x)
        if fused is not None:
            return fused
        result = self.base_output(x)
        dtype = result.dtype
        for adapter in self.active_adapters:
            if adapter not in self.lora_A:
                continue
            variant = self.lora_variant.get(adapter)
            if variant is None:
                result = result + self.low_rank(adapter, self.lora_dropout[adapter](x))
            else:
                result = variant.forward(self, active_adapter=adapter, x=x, result=result)
        return result.to(dtype)

    def _all_at_once(self, x: Tensor) -> Tensor | None:
        """Base and adapters as one autograd function; None for DoRA, dropout, trained scales and in compilers."""
        names = [name for name in self.active_adapters if name in self.lora_A]
        plain = all(
            self.lora_variant.get(name) is None and not (self.training and getattr(self.lora_dropout[name], "p", 0) > 0)
            for name in names
        )
        packed = self.get_base_layer()
        if not names or not plain or self.scale_delta() is not None or torch.compiler.is_compiling():
            return None
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        bias = packed.bias
        if bias is not None and bias.dtype != x.dtype:
            bias = bias.to(x.dtype)
        factors = [(self.lora_A[name].weight, self.lora_B[name].weight, float(self.scaling[name])) for name in names]
        with torch.autocast(x.device.type, enabled=False):
            return adapted_product(x, packed.buffers_packed, bias, factors)

    def base_output(self, x: Tensor) -> Tensor:
        """W·x + bias, with the trained scales of the active adapters where they have any."""
        delta = self.scale_delta()
        if delta is None:
            return self.base_layer(x)
        packed = self.get_base_layer()
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        return scaled_linear(x, packed.buffers_packed, delta, packed.bias)

    def scale_delta(self) -> Tensor | None:
        """The sum of the active adapters' relative scale changes [out, G], or None."""
        deltas = [self.lora_scale_delta[name] for name in self.active_adapters if name in self.lora_scale_delta]
        if len(deltas) < 2:
            return deltas[0] if deltas else None
        return functools.reduce(torch.add, [item.float() for item in deltas])

    def train_scales(self, adapter: str, dtype: torch.dtype = torch.float32) -> None:
        """Give an adapter a scale change, zero so far; it is saved, loaded and switched with the adapter.

        Args:
            adapter: its name.
            dtype: what it is kept in; one that does not learn needs no more than its file has.
        """
        if adapter in self.lora_A and adapter not in self.lora_scale_delta:
            scales = self.get_base_layer().scales
            delta = torch.zeros(scales.shape, dtype=dtype, device=scales.device)
            self.lora_scale_delta[adapter] = nn.Parameter(delta)

    def low_rank(self, adapter: str, x: Tensor) -> Tensor:
        """s·B·A·x of one adapter, in the dtype of its factors."""
        lora_a, lora_b = self.lora_A[adapter], self.lora_B[adapter]
        if not torch.is_autocast_enabled(x.device.type):
            x = x.to(lora_a.weight.dtype)
        return lora_b(lora_a(x)) * self.scaling[adapter]

    def get_delta_weight(self, adapter: str) -> Tensor:
        """s·B·A [out, in], dense, for export."""
        lora_a, lora_b = self.lora_A[adapter].weight, self.lora_B[adapter].weight
        return (lora_b @ lora_a) * self.scaling[adapter]

    def current_buffers(self) -> PackedBuffers:
        """W as the active adapters see it: packed, with their scales."""
        packed = self.get_base_layer()
        assert isinstance(packed, PackedLinear)
        delta = self.scale_delta()
        return packed.buffers_packed if delta is None else scaled_buffers(packed.buffers_packed, delta)

    def row_square_norms(self) -> Tensor:
        """The squared L2 norm of each row of W, fp32 [out]; computed once, unless its scales are being trained."""
        packed = self.get_base_layer()
        if self.scale_delta() is not None:
            return square_norms(self.current_buffers())
        kept = self._square_norms
        if kept is None or kept.device != packed.codes.device:
            kept = self._square_norms = square_norms(packed.buffers_packed)
        return kept

    def adapters_below(self, adapter: str) -> list[tuple[Tensor, Tensor, float]]:
        """A, B and scaling of the active adapters before ``adapter`` and of itself: what its norm is taken of."""
        names = [name for name in self.active_adapters if name in self.lora_A and name != adapter]
        if adapter in self.active_adapters:
            names = [name for name in names if self.active_adapters.index(name) < self.active_adapters.index(adapter)]
        return [(self.lora_A[name].weight, self.lora_B[name].weight, self.scaling[name]) for name in [*names, adapter]]

    def _get_in_out_features(self, module: nn.Module) -> tuple[int, int]:
        """PEFT warns of layer types it does not know; this one it need not guess about."""
        assert isinstance(module, PackedLinear)
        return module.in_features, module.out_features

    def merge(self, safe_merge: bool = False, adapter_names: list[str] | None = None) -> None:
        """Always refused.

        Raises:
            UserError: ``packed-merge``.
        """
        raise UserError(
            "packed-merge",
            "An adapter cannot be merged into packed weights: the sum is no longer on the grid of codes.",
            hint="Export the model as merged 16-bit weights, or as a packed base with its adapter beside it.",
        )

    def unmerge(self) -> None:
        """Nothing is ever merged."""

    def supports_lora_conversion(self, adapter_name: str = "default") -> bool:
        """Not through PEFT: it would ask for dense weights."""
        return False

    def __repr__(self) -> str:
        return "lora." + super().__repr__()


class PackedDora(LoraVariant):
    """y = (m / ‖V‖)·(V·x), V = W + s·B·A, m a trained row magnitude (DoRA 2402.09353, equations 5 and 11).

    As in the paper's section 4.3 the norm counts as a constant in backward. Where other adapters are active below, W
    includes them, so that a fresh DoRA on a repaired base changes nothing at step 0; PEFT's own leaves them out of the
    norm. With no adapter below it is PEFT's DoRA.
    """

    def supports_lora_conversion(self) -> bool:
        """Not through PEFT."""
        return False

    @staticmethod
    def init(module: PackedLoraLinear, adapter_name: str, **kwargs: Any) -> None:
        """The magnitude starts as the norm itself: the factor is 1."""
        weight = module.lora_B[adapter_name].weight
        if weight.device.type == "meta":
            norm = torch.empty(module.out_features, device="meta")
        else:
            norm = dora_row_norm(module.current_buffers(), module.row_square_norms(),
                                 module.adapters_below(adapter_name))  # fmt: skip
        module.lora_magnitude_vector[adapter_name] = RowMagnitude(norm.to(weight.dtype))

    @staticmethod
    def forward(module: PackedLoraLinear, active_adapter: str, x: Tensor, result: Tensor, **kwargs: Any) -> Tensor:
        """``result`` [..., out] is the output of the base and the adapters below; returns it with this one applied."""
        base = module.get_base_layer()
        dropout = module.lora_dropout[active_adapter]
        norm = dora_row_norm(module.current_buffers(), module.row_square_norms(), module.adapters_below(active_adapter))
        factor = module.lora_magnitude_vector[active_adapter].weight / norm
        bias = base.bias
        below = result if bias is None else result - bias.to(result.dtype)
        if module.training and not isinstance(dropout, nn.Identity):
            # PEFT's rule: what DoRA rescales sees the same dropped-out input as the low-rank term.
            x = dropout(x)
            dropped = module.base_output(x)
            below = dropped if bias is None else dropped - bias.to(dropped.dtype)
        return result + (factor - 1) * below + factor * module.low_rank(active_adapter, x)

    @staticmethod
    def merge_safe(module: PackedLoraLinear, active_adapter: str, orig_weight: Tensor) -> Tensor:
        """Refused, see `PackedLoraLinear.merge`."""
        module.merge()
        raise AssertionError("merge always refuses")
