"""Calibration tokens: equally long blocks from text, a file, examples or ids."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import LongTensor, Tensor

from lowbit_core.data import Example, open_data
from lowbit_core.errors import UserError
from lowbit_core.recipe.schema import Data
from lowbit_core.render.rendered import render
from lowbit_core.render.template import RenderRefusedError

SURPLUS = 4
"""Tokens read, as a multiple of those asked for: blocks are drawn from them at random."""

_PIECE_CHARACTERS = 1 << 16

BlockSource = str | Path | Tensor | Sequence[int] | Iterable[Example]


def token_blocks(
    source: BlockSource, length: int, count: int, seed: int = 0, *, tokenizer: Any = None, where: str = ""
) -> LongTensor:
    """Blocks of text to look at.

    Args:
        source: text, a `Path` to a text or data file, token ids, or examples (rendered with the chat template).
        length: tokens in a block.
        count: blocks.
        seed: of the choice.
        tokenizer: needed unless ``source`` is ids.
        where: name of the source in messages.

    Returns:
        int64 [count, length]. The blocks do not overlap where the text is long enough; otherwise they start at random
        places of it.

    Raises:
        UserError: ``text-too-short``, fewer than ``length`` tokens.
    """
    name = where or (source.name if isinstance(source, Path) else "the text")
    ids = _ids(source, length * count * SURPLUS, tokenizer)
    if len(ids) < length:
        raise UserError(
            "text-too-short",
            f"{name} has {len(ids)} tokens, but a block needs {length}.",
            hint="Take a longer text, or shorter blocks (quantize.length).",
            where=name,
            arguments={"tokens": len(ids), "length": length},
        )
    random = np.random.default_rng(seed)
    whole = len(ids) // length
    if whole >= count:
        shift = int(random.integers(0, len(ids) - whole * length + 1))
        starts = np.sort(random.choice(whole, count, replace=False)) * length + shift
    else:
        starts = np.sort(random.integers(0, len(ids) - length + 1, count))
    blocks = np.stack([ids[start : start + length] for start in starts])
    return torch.from_numpy(blocks.astype(np.int64))  # type: ignore[return-value]


def _ids(source: BlockSource, wanted: int, tokenizer: Any) -> Any:
    if isinstance(source, Tensor):
        return source.flatten().cpu().numpy()
    if isinstance(source, str):
        return _gather(_from_texts(_pieces(source), tokenizer), wanted)
    if isinstance(source, Path):
        if source.suffix.lower() in (".txt", ".md", ".text"):
            texts = (example.text + "\n\n" for example in open_data(_data(source)).examples("all"))
            return _gather(_from_texts(texts, tokenizer), wanted)
        return _gather(_from_examples(open_data(_data(source)).examples("all"), tokenizer), wanted)
    first, rest = _peek(source)
    if isinstance(first, Example):
        return _gather(_from_examples(rest, tokenizer), wanted)
    return np.fromiter(rest, dtype=np.int64)


def _data(path: Path) -> Data:
    return Data(source=str(path), validation=0.0)


def _peek(items: Iterable[Any]) -> tuple[Any, Iterator[Any]]:
    rest = iter(items)
    first = next(rest, None)
    return first, itertools.chain([] if first is None else [first], rest)


def _pieces(text: str) -> Iterator[str]:
    """A long text in parts cut behind a line end, so that the tokenizer never holds all of it at once."""
    at = 0
    while at < len(text):
        end = len(text) if len(text) - at <= _PIECE_CHARACTERS else text.rfind("\n", at, at + _PIECE_CHARACTERS) + 1
        end = end if end > at else min(len(text), at + _PIECE_CHARACTERS)
        yield text[at:end]
        at = end


def _from_texts(texts: Iterable[str], tokenizer: Any) -> Iterator[list[int]]:
    assert tokenizer is not None, "text needs a tokenizer"
    for text in texts:
        yield tokenizer(text, add_special_tokens=False, truncation=False, verbose=False).input_ids


def _from_examples(examples: Iterable[Example], tokenizer: Any) -> Iterator[Any]:
    assert tokenizer is not None, "examples need a tokenizer"
    for example in examples:
        try:
            yield render(example, tokenizer, "all").input_ids
        except RenderRefusedError:
            continue


def _gather(parts: Iterable[Any], wanted: int) -> Any:
    """The first tokens, at least as many as wanted if there are."""
    held, size = [], 0
    for part in parts:
        held.append(np.asarray(part, dtype=np.int64))
        size += len(held[-1])
        if size >= wanted:
            break
    return np.concatenate(held) if held else np.zeros(0, np.int64)
