"""A model made ready to answer: a run with its variants, a packed folder, or any float model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lowbit_core import source
from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.recipe import load

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from lowbit_core.chat import Answer, Sampling, Variant, Variants
    from lowbit_core.data import Turn

ORDER: tuple[Variant, ...] = ("tuned", "repaired", "quantized", "float")
"""Best first: the first there is answers where none is named."""


class Opened:
    """Models of one run (or a single model), loaded once, answering as any of their variants.

    Args:
        packed: the packed model with its adapters, or None.
        load_float: loads the float model at its first use, or None.
        tokenizer: theirs.
    """

    def __init__(
        self,
        packed: Variants | None,
        load_float: Callable[[], PreTrainedModel] | None,
        tokenizer: PreTrainedTokenizerBase,
    ) -> None:
        self.packed = packed
        self.tokenizer = tokenizer
        self._load_float = load_float
        self._float: Variants | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The variants there are, best first."""
        have = set(self.packed.names if self.packed else ()) | ({"float"} if self._load_float else set())
        return tuple(name for name in ORDER if name in have)

    def answer(
        self,
        turns: Sequence[Turn],
        variant: str,
        sampling: Sampling,
        *,
        context: Context,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer a conversation; a leading system turn is the system prompt.

        Raises:
            UserError: no such variant, nothing to answer, too long.
            Interrupted: by ``context``; what was said was handed to ``on_text``.
        """
        from lowbit_core.chat import Session

        system = turns[0].content if turns and turns[0].role == "system" else ""
        session = Session(self._variants(variant), self.tokenizer, context=context, system=system)
        session.turns = [turn for turn in turns if turn.role != "system"]
        return session.respond(sampling, variant=variant or self.names[0], on_text=on_text)

    def model(self, variant: str = "") -> PreTrainedModel:
        """The model switched to a variant; the best there is for an empty name.

        Raises:
            UserError: no such variant.
        """
        return self._variants(variant).use(variant or self.names[0])

    def _variants(self, variant: str) -> Variants:
        from lowbit_core.chat import Variants

        if (variant or self.names[0]) != "float" or self._load_float is None:
            if self.packed is None:
                raise UserError("variant-unknown", f"This model cannot answer as {variant!r}; it can as float.")
            return self.packed
        if self._float is None:
            self._float = Variants(self._load_float(), {"float": ()}, lambda _model, _names: None)
        return self._float


def open_model(
    where: str, *, device: torch.device, dtype: torch.dtype, context: Context, variants: Sequence[str] = ORDER
) -> Opened:
    """Load what a run folder, a packed folder or a model source names.

    Args:
        where: a folder, or a source as in a recipe (starter, hub:, path:, gguf:).
        device: where it answers.
        dtype: of the arithmetic.
        context: for downloads.
        variants: those wanted; adapters of others are not loaded.

    Raises:
        UserError: nothing there, or the run has no quantized model yet.
    """
    path = Path(where).expanduser()
    if not path.is_dir():
        return _open_float(where, device, dtype, context)
    folder = RunFolder(path)
    if folder.exists():
        return _open_run(folder, device, dtype, context, variants)
    if (path / "lowbit.json").exists() or _is_packed(path):
        return _open_packed(path, {}, None, device, dtype)
    return _open_float(f"path:{path}", device, dtype, context)


def variant_adapters(folder: RunFolder) -> dict[Variant, tuple[str, ...]]:
    """The variants of a run's packed model, and which adapters each one uses, in order."""
    variants: dict[Variant, tuple[str, ...]] = {"quantized": ()}
    if (folder.repair / "adapter_config.json").is_file():
        variants["repaired"] = ("repair",)
    if (folder.tuned / "adapter_config.json").is_file():
        stacked = load(folder.recipe).tune.adapter == "stack" and "repaired" in variants
        variants["tuned"] = ("repair", "tuned") if stacked else ("tuned",)
    return variants


def _open_run(
    folder: RunFolder, device: torch.device, dtype: torch.dtype, context: Context, wanted: Sequence[str]
) -> Opened:
    if not (folder.quantized / "config.json").is_file():
        raise UserError(
            "run-not-quantized",
            "This run has no quantized model yet.",
            hint="Go on with it: lowbit run --resume.",
            where=str(folder.path),
        )
    variants = {name: names for name, names in variant_adapters(folder).items() if name in wanted}

    def load_float() -> PreTrainedModel:
        from lowbit_core.model import load_float

        model = load(folder.recipe).model
        return load_float(source.resolve(model.source, model.revision, context=context), dtype, device)

    adapters = {name: folder.adapters / name for names in variants.values() for name in names}
    opened = _open_packed(folder.quantized, adapters, variants, device, dtype)
    opened._load_float = load_float if "float" in wanted else None
    return opened


def _open_packed(
    path: Path,
    adapters: dict[str, Path],
    variants: dict[Variant, tuple[str, ...]] | None,
    device: torch.device,
    dtype: torch.dtype,
) -> Opened:
    from lowbit_core.chat import Variants
    from lowbit_core.model import load_tokenizer
    from lowbit_core.packed import load_adapter, load_model, switch

    tokenizer = load_tokenizer(source.inspect_model(f"path:{path}"))
    model = load_model(path, device, dtype)
    for name, folder in adapters.items():
        model = load_adapter(model, folder, name)
    return Opened(Variants(model, variants or {"quantized": ()}, switch), None, tokenizer)


def _open_float(where: str, device: torch.device, dtype: torch.dtype, context: Context) -> Opened:
    from lowbit_core.model import load_float, load_tokenizer

    spec = source.resolve(where, context=context)
    model = load_float(spec, dtype, device)
    return Opened(None, lambda: model, load_tokenizer(spec))


def _is_packed(path: Path) -> bool:
    from lowbit_core.packed import read_manifest

    try:
        read_manifest(path)
    except UserError:
        return False
    return True
