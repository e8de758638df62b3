"""Text to tokens with boundaries between tokens where the loss begins and ends."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lowbit_core.errors import UserError


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokens of a text.

    Attributes:
        ids: int32 [n].
        offsets: int32 [n, 2], characters of each token; for a tokenizer that cannot tell, those of its piece.
        places: for each cut, the number of tokens before it.
        method: ``whole``: the text's own tokens, which have a boundary at every cut; ``pieces``: tokens of the pieces
            between the cuts, where a token of the whole would lie across one.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int32]
    places: tuple[int, ...]
    method: Literal["whole", "pieces"]


def encode(tokenizer: Any, text: str, cuts: Sequence[int] = ()) -> Encoded:
    """Tokenize, keeping each cut (character position, rising) between two tokens.

    The tokens before a cut must be those that a chat sends when it has only that text; where the whole text gives
    others (a prompt's last space joined to the answer's first word), the pieces are tokenized one by one, as the chat
    would.

    Raises:
        UserError: ``mask-untrusted``: the pieces do not give the text back.
    """
    inner = [cut for cut in cuts if 0 < cut < len(text)]
    edges = [0, *inner, len(text)]
    if not inner:
        ((ids, offsets),) = _tokens(tokenizer, [text])
        return Encoded(ids, offsets, tuple(0 if cut == 0 else len(ids) for cut in cuts), "whole")
    (ids, offsets), *pieces = _tokens(tokenizer, [text, *(text[a:b] for a, b in itertools.pairwise(edges))])
    joined = np.concatenate([piece for piece, _ in pieces])
    counts = np.cumsum([0, *(len(piece) for piece, _ in pieces)])
    place = dict(zip(edges, counts.tolist(), strict=True))
    if np.array_equal(joined, ids):
        return Encoded(ids, offsets, tuple(place[cut] for cut in cuts), "whole")
    # Tokenizers that put a space in front of every text differ piecewise, but agree on what comes before a cut.
    before = {cut: _tokens(tokenizer, [text[:cut]])[0][0] for cut in inner}
    if all(np.array_equal(head, ids[: len(head)]) for head in before.values()):
        known = {0: 0, len(text): len(ids)} | {cut: len(head) for cut, head in before.items()}
        return Encoded(ids, offsets, tuple(known[cut] for cut in cuts), "whole")
    if _decoded(tokenizer, joined) != _decoded(tokenizer, ids):
        raise UserError(
            "mask-untrusted",
            "The tokenizer joins the end of a prompt with the beginning of the answer, and does not give the text back"
            " when they are kept apart.",
            hint='Set data.loss_on = "all", or give the tokenizer another chat template.',
            where="data.loss_on",
        )
    together = np.concatenate([spans + edge for (_, spans), edge in zip(pieces, edges, strict=False)])
    return Encoded(joined, together, tuple(place[cut] for cut in cuts), "pieces")


def _tokens(tokenizer: Any, texts: list[str]) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Ids and offsets of each text; in one call, as each costs far more than the tokens do."""
    fast = bool(getattr(tokenizer, "is_fast", False))
    out = tokenizer(
        texts, add_special_tokens=False, truncation=False, padding=False, verbose=False, return_offsets_mapping=fast
    )
    made = []
    for number, text in enumerate(texts):
        ids = np.asarray(out["input_ids"][number], dtype=np.int32)
        spans = out["offset_mapping"][number] if fast else [(0, len(text))] * len(ids)
        made.append((ids, np.asarray(spans, dtype=np.int32).reshape(-1, 2)))
    return made


def _decoded(tokenizer: Any, ids: NDArray[np.int32]) -> str:
    return str(tokenizer.decode(ids.tolist(), skip_special_tokens=False, clean_up_tokenization_spaces=False))
