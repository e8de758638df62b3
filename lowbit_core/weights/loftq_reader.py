"""Published LoftQ folders read one matrix at a time: the float model is the quantized base plus its low-rank term.

The scale is 1 whatever lora_alpha says: LoftQ solves W ≈ Q + B·A, and its adapters of language models, which say 16 at
rank 64, apply a quarter of the term when PEFT loads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from lowbit_core.errors import UserError
from lowbit_core.source.damaged import file_missing
from lowbit_core.source.folder import pickle_refused, read_config, weight_files
from lowbit_core.source.loftq import ADAPTER_WEIGHTS, adapter_config, loftq_adapter
from lowbit_core.source.spec import TRANSPOSED_TYPES
from lowbit_core.weights.reader import SafetensorsWeights

_PREFIX = "base_model.model."


class LoftqAdapter:
    """The low-rank term of a LoftQ folder, matrix by matrix.

    Attributes:
        config: PEFT's adapter_config.json.
        modules: names of the modules it has a term for.
    """

    def __init__(self, folder: Path) -> None:
        """Read the header of the adapter of the LoftQ folder ``folder``.

        Raises:
            UserError: no safetensors file, a damaged one, or an adapter that is no plain LoRA of linear layers.
        """
        adapter = loftq_adapter(folder)
        assert adapter is not None, folder
        if not (adapter / ADAPTER_WEIGHTS).is_file():
            if (adapter / "adapter_model.bin").is_file():
                raise pickle_refused("adapter_model.bin", str(adapter))
            raise file_missing(adapter / ADAPTER_WEIGHTS)
        self.path = adapter / ADAPTER_WEIGHTS
        self.config: Mapping[str, object] = adapter_config(adapter)
        self._stored = SafetensorsWeights(adapter, (ADAPTER_WEIGHTS,))
        self._shapes = self._stored.shapes()
        self._names: dict[str, tuple[str, str]] = {}
        for name in self._shapes:
            module = name.removeprefix(_PREFIX).removesuffix(".lora_A.weight")
            pair = (name, f"{_PREFIX}{module}.lora_B.weight")
            if name == f"{_PREFIX}{module}.lora_A.weight" and pair[1] in self._shapes:
                self._names[module] = pair
        if 2 * len(self._names) != len(self._shapes):
            raise UserError(
                "adapter-unsupported",
                f"{self.path} holds other tensors than pairs of lora_A and lora_B.",
                hint="LoftQ's initial adapters hold nothing else.",
                where=str(self.path),
            )
        self.modules = frozenset(self._names)

    @property
    def rank(self) -> int:
        """The greatest rank of any module."""
        return max((self._shapes[a][0] for a, _ in self._names.values()), default=0)

    def factors(self, module: str) -> tuple[Tensor, Tensor]:
        """A [r, in] and B [out, r], float32."""
        a, b = self._names[module]
        return self._stored.read(a).float(), self._stored.read(b).float()

    def published_scale(self) -> float:
        """What PEFT multiplies the term by: alpha/rank, or alpha/√rank where it is rank-stabilised."""
        rank = float(str(self.config.get("r") or 1))
        alpha = float(str(self.config.get("lora_alpha") or rank))
        return alpha / (rank**0.5 if self.config.get("use_rslora") else rank)


class LoftqWeights:
    """A `WeightReader` of Q + B·A."""

    def __init__(self, folder: Path) -> None:
        """Read the headers of ``folder``.

        Raises:
            UserError: damaged files; see `LoftqAdapter`.
        """
        self.base = SafetensorsWeights(folder, weight_files(folder))
        self.adapter = LoftqAdapter(folder)
        self.transposed = read_config(folder / "config.json")["model_type"] in TRANSPOSED_TYPES
        have = set(self.base.names())
        # Files of a base model leave the class's prefix out (GPT-2's ``h.0...``).
        self.stored = {
            module: next((name for name in (f"{module}.weight", f"{bare}.weight") if name in have), "")
            for module in self.adapter.modules
            for bare in (module.partition(".")[2],)
        }
        lost = [module for module, name in self.stored.items() if not name]
        if lost:
            raise UserError(
                "adapter-other-model",
                f"The adapter {self.adapter.path} has a term for {lost[0]}, which the base has no weight for.",
                hint="The adapter and the base do not belong together; fetch the folder again.",
                where=lost[0],
                arguments={"name": lost[0]},
            )
        self._modules = {name: module for module, name in self.stored.items()}

    def names(self) -> tuple[str, ...]:
        """All stored tensors of the base."""
        return self.base.names()

    def read(self, name: str) -> Tensor:
        """See `WeightReader.read`; float32 where there is a low-rank term."""
        weight, module = self.base.read(name), self._modules.get(name)
        if module is None:
            return weight
        a, b = self.adapter.factors(module)
        term = b @ a
        return weight.float() + (term.T if self.transposed else term)

    def quantized_values(self, module: str) -> Tensor:
        """The base's weight of a module as stored, [out, in]."""
        weight = self.base.read(self.stored[module])
        return weight.T.contiguous() if self.transposed else weight
