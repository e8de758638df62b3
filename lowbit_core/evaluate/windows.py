"""How a text is cut into windows, and which tokens of each window are scored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from lowbit_core.errors import UserError


@dataclass(frozen=True)
class Window:
    """Tokens begin..end of the text go through the model; the tokens first..end are scored."""

    begin: int
    end: int
    first: int

    @property
    def scored(self) -> int:
        """Number of tokens scored."""
        return self.end - self.first


def text_windows(tokens: int, context: int, stride: int = 0, limit: int = 0) -> tuple[Window, ...]:
    """The windows of a text.

    Without a stride they do not overlap, the rest of the text that fills no window is left out, and the first token of
    each is not scored: the way of the published GPTQ tables. With a stride each window scores what none scored before
    it, seeing context − stride tokens more than the first would: the sliding window of transformers' documentation,
    the last window shorter. A text shorter than the context is one window.

    Args:
        tokens: of the text.
        context: tokens in a window.
        stride: tokens a window moves on; 0 and ``context`` mean no overlap.
        limit: most windows; 0 for all.

    Raises:
        UserError: fewer than two tokens (``text-too-short``), or a stride above the context (``stride-too-long``).
    """
    if tokens < 2:
        raise UserError("text-too-short", f"The text has {tokens} tokens; nothing in it can be predicted.")
    if stride > context:
        raise UserError(
            "stride-too-long",
            f"A stride of {stride} leaves out tokens between windows of {context}.",
            hint="Take a stride of at most the context, or 0 for windows that do not overlap.",
            where="evaluate.stride",
            arguments={"stride": stride, "context": context},
        )
    context = min(context, tokens)
    if stride in (0, context):
        found = [Window(begin, begin + context, begin + 1) for begin in range(0, tokens - context + 1, context)]
    else:
        found = []
        seen = 0
        for begin in range(0, tokens, stride):
            end = min(begin + context, tokens)
            found.append(Window(begin, end, max(seen, begin + 1)))
            seen = end
            if end == tokens:
                break
    found = [window for window in found if window.scored > 0]
    return tuple(found[:limit] if limit else found)


def read_text_ids(path: Path, tokenizer: PreTrainedTokenizerBase) -> Tensor:
    """The tokens of a whole text file, as one text: int64 [n]. Special tokens only where the tokenizer adds them.

    A .jsonl file is a text a line, under ``text``, as C4 comes; the documents are joined by blank lines, as in INT2.1's
    evaluation on C4.

    Raises:
        UserError: it cannot be read (``text-unreadable``), is not UTF-8 (``text-encoding``), or a line of a .jsonl file
            has no text (``text-jsonl``).
    """
    try:
        # Line ends are how a file is kept, not what it says: with \r\n, WikiText-2 had 4,210 more tokens.
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise UserError("text-unreadable", f"{path} cannot be read: {error.strerror}.", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UserError(
            "text-encoding",
            f"{path} is no UTF-8 text (byte {error.start}).",
            hint="Save it as UTF-8 and try again.",
            where=str(path),
        ) from error
    return text_ids(_documents(text, path) if path.suffix == ".jsonl" else text, tokenizer)


def _documents(lines: str, path: Path) -> str:
    """The documents of a jsonl file as one text."""
    documents = []
    for number, line in enumerate(lines.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise _no_text(path, number) from error
        if not isinstance(document, str):
            raise _no_text(path, number)
        documents.append(document)
    return "\n\n".join(documents)


def _no_text(path: Path, number: int) -> UserError:
    return UserError(
        "text-jsonl",
        f"Line {number} of {path.name} has no text.",
        hint='Each line of a .jsonl text wants {"text": "..."}.',
        where=f"{path}:{number}",
    )


def text_ids(text: str, tokenizer: PreTrainedTokenizerBase) -> Tensor:
    """The tokens of a text: int64 [n]."""
    # The text is meant to be longer than the model's window: no warning about it.
    return torch.tensor(tokenizer(text, verbose=False).input_ids, dtype=torch.int64)
