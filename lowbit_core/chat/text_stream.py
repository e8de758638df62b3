"""Tokens to text while they arrive: no half characters, no lost spaces, no rewriting of what was shown."""

from __future__ import annotations

from transformers import PreTrainedTokenizerBase

_REPLACEMENT = "\ufffd"
"""What a decoder writes for bytes that are no character (yet)."""


class TextStream:
    """Decodes one answer token by token.

    A token's text depends on its neighbours (byte pieces of one character, the space before a word), so a window of
    tokens is decoded with and without the new one and the difference is shown; text that ends in an unfinished
    character waits.

    Args:
        tokenizer: its special tokens are left out of the text.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._begin = 0
        self._shown = 0

    def push(self, token: int) -> str:
        """The text this token completes; empty while a character is unfinished."""
        self._tokens.append(token)
        before, now = self._window()
        if now.endswith(_REPLACEMENT) or len(now) <= len(before):
            return ""
        self._begin, self._shown = self._shown, len(self._tokens)
        return now[len(before) :]

    def finish(self) -> str:
        """What is left at the end, without a character that never became whole."""
        before, now = self._window()
        self._begin = self._shown = len(self._tokens)
        return now[len(before) :].rstrip(_REPLACEMENT)

    def _window(self) -> tuple[str, str]:
        """The window's text up to what was shown, and with everything that came since."""
        return self._decode(self._tokens[self._begin : self._shown]), self._decode(self._tokens[self._begin :])

    def _decode(self, tokens: list[int]) -> str:
        text = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(text)
