"""A model made ready to answer: a run with its variants, a packed folder, or any float model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lowbit_core import source
from lowbit_core.allocator import release_memory
from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.jobs.variants import PackedVariant, variant_adapters, variant_base
from lowbit_core.recipe import load

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from lowbit_core.chat import Answer, Sampling, Variant, Variants
    from lowbit_core.data import Turn
    from lowbit_core.jobs.float_place import FloatPlace
    from lowbit_core.source import ModelSpec

ORDER: tuple[Variant, ...] = ("tuned", "repaired", "quantized", "float")
"""Best first: the first there is answers where none is named."""


@dataclass(frozen=True, kw_only=True)
class FloatSource:
    """How the float model comes in.

    Attributes:
        inspect: its headers, nothing fetched.
        resolve: its files, fetched where they are missing.
        device: where the packed model is.
        dtype: what is computed in there.
        fit: put it where it fits (`float_place.place_float`) instead of on ``device`` whatever happens.
    """

    inspect: Callable[[], ModelSpec]
    resolve: Callable[[], ModelSpec]
    device: torch.device
    dtype: torch.dtype
    fit: bool


@dataclass(frozen=True, kw_only=True)
class PackedSource:
    """A packed model that can be loaded.

    Attributes:
        names: what it can answer as.
        load: reads it, with the adapters its variants use.
    """

    names: tuple[PackedVariant, ...]
    load: Callable[[], Variants]


class Opened:
    """Models of one run (or a single model), loaded once, answering as any of their variants.

    Args:
        sources: packed models, the best first. One is held at a time; a correction that trained the codes leaves two.
        floating: how the float model is loaded at its first use, or None.
        tokenizer: theirs.
    """

    def __init__(
        self,
        sources: Sequence[PackedSource],
        floating: FloatSource | None,
        tokenizer: PreTrainedTokenizerBase,
    ) -> None:
        self.tokenizer = tokenizer
        self._floating = floating
        self._sources = tuple(sources)
        self._held: PackedSource | None = None
        self.packed: Variants | None = None
        self._float: Variants | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The variants there are, best first."""
        have = {name for item in self._sources for name in item.names} | ({"float"} if self._floating else set())
        return tuple(name for name in ORDER if name in have)

    def float_place(self) -> FloatPlace | None:
        """Where the float model would go now; None where there is none, or no word of its size without fetching it.

        Raises:
            UserError: ``float-too-big``.
        """
        if self._floating is None:
            return None
        try:
            spec = self._floating.inspect()
        except UserError:
            return None
        return self._place(self._floating, spec)

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

    def device(self, variant: str) -> str:
        """Where a variant answered last: ``cpu``, ``cuda``; empty while it is not in memory."""
        held = self._float if variant == "float" else self.packed
        return str(held.model.device.type) if held is not None else ""

    def _variants(self, variant: str) -> Variants:
        if (variant or self.names[0]) == "float" and self._floating is not None:
            self._float = self._float or self._load_float(self._floating)
            return self._float
        if not self._sources:
            raise UserError("variant-unknown", f"This model cannot answer as {variant!r}; it can as float.")
        wanted = variant or self.names[0]
        # A name nobody knows goes to the first one, which says what there is.
        chosen = next((item for item in self._sources if wanted in item.names), self._sources[0])
        if self.packed is None or chosen is not self._held:
            if self.packed is None:
                self._float = None  # the packed model had to leave for it
            self._leave()
            self.packed, self._held = chosen.load(), chosen
        return self.packed

    def _leave(self) -> None:
        """Give the packed model's memory back."""
        self.packed = None
        release_memory()

    def _load_float(self, floating: FloatSource) -> Variants:
        from lowbit_core.chat import Variants
        from lowbit_core.model import load_float

        spec = floating.resolve()
        device, dtype = floating.device, floating.dtype
        if floating.fit:
            place = self._place(floating, spec)
            device, dtype = place.device, place.dtype
            if place.alone:
                self._leave()
        return Variants(load_float(spec, dtype, device), {"float": ()}, lambda _model, _names: None)

    def _place(self, floating: FloatSource, spec: ModelSpec) -> FloatPlace:
        from lowbit_core.jobs.float_place import place_float

        held = _held_bytes(self.packed.model) if self.packed is not None else 0
        return place_float(spec, floating.device, floating.dtype, held_bytes=held)


def _held_bytes(model: PreTrainedModel) -> int:
    """Bytes of a model's parameters and buffers, shared ones counted once."""
    tensors = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def open_model(
    where: str,
    *,
    device: torch.device,
    dtype: torch.dtype,
    context: Context,
    variants: Sequence[str] = ORDER,
    fit: bool = False,
) -> Opened:
    """Load what a run folder, a packed folder or a model source names.

    Args:
        where: a folder, or a source as in a recipe (starter, hub:, path:, gguf:).
        device: where it answers.
        dtype: of the arithmetic.
        context: for downloads.
        variants: those wanted; adapters of others are not loaded.
        fit: the float model goes where it fits, also into RAM or in the packed model's stead; else to ``device``.

    Raises:
        UserError: nothing there, the run has no quantized model yet, or (with ``fit``) a float model that fits nowhere.
    """
    path = Path(where).expanduser()
    if not path.is_dir():
        return _open_float(where, device, dtype, context, fit)
    folder = RunFolder(path)
    if folder.exists():
        return _open_run(folder, device, dtype, context, variants, fit)
    if (path / "lowbit.json").exists() or _is_packed(path):
        return _opened([_packed_source(path, {}, {"quantized": ()}, device, dtype)], path, None)
    return _open_float(f"path:{path}", device, dtype, context, fit)


def _open_run(
    folder: RunFolder, device: torch.device, dtype: torch.dtype, context: Context, wanted: Sequence[str], fit: bool
) -> Opened:
    if not (folder.quantized / "config.json").is_file():
        raise UserError(
            "run-not-quantized",
            "This run has no quantized model yet.",
            hint="Go on with it: lowbit run --resume.",
            where=str(folder.path),
        )
    variants = {name: names for name, names in variant_adapters(folder).items() if name in wanted}

    model = load(folder.recipe).model
    floating = FloatSource(
        inspect=lambda: source.inspect_model(model.source, model.revision),
        resolve=lambda: source.resolve(model.source, model.revision, context=context),
        device=device,
        dtype=dtype,
        fit=fit,
    )
    sources: list[PackedSource] = []
    for base in dict.fromkeys((folder.base, folder.quantized)):
        faces = {name: used for name, used in variants.items() if variant_base(folder, name) == base}
        adapters = {name: folder.adapters / name for used in faces.values() for name in used}
        if base == folder.quantized and not faces and not sources:
            faces = {"quantized": ()}  # only the float model was asked for; something has to be there
        if faces:
            sources.append(_packed_source(base, adapters, faces, device, dtype))
    return _opened(sources, folder.base, floating if "float" in wanted else None)


def _packed_source(
    path: Path,
    adapters: Mapping[str, Path],
    faces: Mapping[PackedVariant, tuple[str, ...]],
    device: torch.device,
    dtype: torch.dtype,
) -> PackedSource:
    def read() -> Variants:
        from lowbit_core.chat import Variants
        from lowbit_core.packed import load_adapter, load_model, switch

        model = load_model(path, device, dtype)
        for name, folder in adapters.items():
            model = load_adapter(model, folder, name)
        named: dict[Variant, tuple[str, ...]] = dict(faces.items())
        return Variants(model, named, switch)

    return PackedSource(names=tuple(faces), load=read)


def _opened(sources: Sequence[PackedSource], tokenizer: Path, floating: FloatSource | None) -> Opened:
    """With the best packed model loaded, so that the first answer need not wait for it."""
    from lowbit_core.model import load_tokenizer

    opened = Opened(sources, floating, load_tokenizer(source.inspect_model(f"path:{tokenizer}")))
    opened.model(sources[0].names[-1])
    return opened


def _open_float(where: str, device: torch.device, dtype: torch.dtype, context: Context, fit: bool) -> Opened:
    from lowbit_core.model import load_tokenizer

    spec = source.resolve(where, context=context)
    floating = FloatSource(inspect=lambda: spec, resolve=lambda: spec, device=device, dtype=dtype, fit=fit)
    opened = Opened((), floating, load_tokenizer(spec))
    opened.model("float")
    return opened


def _is_packed(path: Path) -> bool:
    from lowbit_core.packed import read_manifest

    try:
        read_manifest(path)
    except UserError:
        return False
    return True
