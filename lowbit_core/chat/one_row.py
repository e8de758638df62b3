"""What decoders of a single row share: a cache whose room stays between answers, and the plain step to fall back on."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar, cast

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer

from lowbit_core.chat.cache import GrowingLayer, decoding_cache
from lowbit_core.model.head import causal_model
from lowbit_core.packed.wide_head import wide_logits


class RoomyLayer(GrowingLayer):
    """A growing layer that a fused step writes into by itself.

    While ``fused``, `update` hands the new keys and values on: attention puts them where they belong.
    """

    fused = False

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """See `GrowingLayer.update`."""
        if self.fused:
            return key_states, value_states
        return super().update(key_states, value_states, *args, **kwargs)

    def set_length(self, tokens: int) -> None:
        """Hold the first ``tokens`` of what is in the buffers."""
        assert self._buffers is not None
        self.keys, self.values = (buffer[:, :, :tokens] for buffer in self._buffers)
        self._views = (self.keys, self.values)

    def reserve(self, tokens: int) -> None:
        """Make room for ``tokens``."""
        self._room_for(tokens, self.keys, self.values)
        self.set_length(self.keys.shape[2])

    @property
    def room(self) -> tuple[Tensor, Tensor]:
        """The buffers [batch, heads, capacity, head_dim]."""
        assert self._buffers is not None
        return self._buffers


class OneRowDecoder:
    """A `generate.Decoder` for one row that stays with its model; a subclass says how a single token is computed.

    Args:
        model: causal model of transformers in eval mode, bare or inside PEFT's wrapper.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        self.model = cast(Any, causal_model(model))
        knows = "logits_to_keep" in inspect.signature(type(self.model).forward).parameters
        self._arguments = {"logits_to_keep": 1} if knows else {}
        self._weights: object = None
        self.held = 0
        self.why_plain = ""
        self.cache = self._fresh_cache()

    def __deepcopy__(self, memo: dict[int, Any]) -> None:
        """A copy of a model goes without its decoder, which belongs to one set of addresses."""

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        """Nor can it be saved."""
        return type(None), ()

    def reset(self) -> None:
        """Forget the text; room and what was prepared stay, unless other weights or adapters are active now."""
        weights = weights_in_use(self.model)
        if weights != self._weights or self.why_plain:
            self._unprepare()
            self._weights, self.why_plain = weights, ""
            self.cache = self._fresh_cache()
        self.held = 0
        self._set_lengths()

    @torch.inference_mode()
    def advance(self, ids: Tensor) -> Tensor:
        """See `generate.Decoder`; the result is overwritten by the next call."""
        assert ids.shape[0] == 1, "one row"
        if ids.shape[1] > 1 or self.why_plain or self.held == 0:
            return self._plainly(ids)
        return self._advance_one(ids)

    def _advance_one(self, ids: Tensor) -> Tensor:
        """One token [1, 1] after a prompt; logits [1, vocab]."""
        return self._plainly(ids)

    def _unprepare(self) -> None:
        """Let go of what was prepared for the weights of before."""

    def _plainly(self, ids: Tensor) -> Tensor:
        self._set_lengths()
        with wide_logits(self.model):
            output = self.model(input_ids=ids, past_key_values=self.cache, use_cache=True, **self._arguments)
        self.held += ids.shape[1]
        last: Tensor = output.logits[:, -1]
        return last.float()

    # ---- the cache -----------------------------------------------------------------------------------------------

    def _fresh_cache(self) -> DynamicCache:
        cache = decoding_cache(self.model.config)
        cache.layers = [RoomyLayer() if isinstance(layer, GrowingLayer) else layer for layer in cache.layers]
        return cache

    def _supported(self) -> bool:
        layers: list[DynamicLayer] = self.cache.layers
        return all(isinstance(layer, RoomyLayer) and layer._buffers is not None for layer in layers)

    @property
    def _layers(self) -> list[RoomyLayer]:
        return [layer for layer in self.cache.layers if isinstance(layer, RoomyLayer) and layer._buffers is not None]

    @property
    def _capacity(self) -> int:
        return min(layer.room[0].shape[2] for layer in self._layers)

    def _set_lengths(self) -> None:
        """Tell the layers how much they hold; a step that writes into them does not."""
        for layer in self._layers:
            layer.set_length(self.held)

    def _make_room(self) -> bool:
        """Room for one more token; whether the buffers moved for it."""
        if self.held + 1 <= self._capacity:
            return False
        for layer in self._layers:
            layer.set_length(self.held)
            layer.reserve(self.held + 1)
        return True


Standing = TypeVar("Standing", bound=OneRowDecoder)


def standing_decoder(model: PreTrainedModel, kind: type[Standing]) -> Standing:
    """The model's own decoder of this kind, ready for a new text; made at the first call, it stays with the model."""
    base = causal_model(model)
    decoder = base.__dict__.get("_standing_decoder")
    if not isinstance(decoder, kind):
        decoder = base.__dict__["_standing_decoder"] = kind(model)
    decoder.reset()
    return decoder


def weights_in_use(model: torch.nn.Module) -> object:
    """What changes when other adapters are active, or any weight is another tensor or holds other numbers."""
    layers: list[Any] = [module for module in model.modules() if hasattr(module, "lora_A")]  # no need of PEFT here
    active = [(tuple(layer.active_adapters), layer.disable_adapters) for layer in layers[:1]]
    held = [*model.parameters(), *model.buffers()]
    return active, [(id(item), item.data_ptr(), 0 if item.is_inference() else item._version) for item in held]
