"""Generation: prefill in pieces, then one token at a time over a cache, interruptible at every token."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core.chat.cache import decoding_cache
from lowbit_core.chat.one_row import standing_decoder
from lowbit_core.chat.sampling import Sampling, choose
from lowbit_core.chat.stop import StopStrings
from lowbit_core.chat.text_stream import TextStream
from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.packed import cpu_path
from lowbit_core.packed.wide_head import wide_logits

PREFILL_TOKENS = 512
"""Prompt tokens in one forward pass: the activations stay small and a long prompt can be interrupted."""

EndReason = Literal["end", "length", "stop-string", "context"]
"""end: a stop token; length: max_new_tokens; stop-string: a text to stop at; context: the model's window is full."""


class Decoder(Protocol):
    """Runs a model token by token over a cache it owns. A captured CUDA graph can be one."""

    def advance(self, ids: Tensor) -> Tensor:
        """ids: int64 [rows, new] -> logits [rows, vocab] of the last position, fp32."""


@runtime_checkable
class GreedyDecoder(Protocol):
    """A decoder that can take its own most likely token as the next input, without a round trip to the CPU."""

    def greedy(self, logits: Tensor, limit: int) -> Iterator[tuple[int, bool]]:
        """Most likely tokens after ``logits`` [1, vocab], and whether their logits were NaN."""


class CachedDecoder:
    """The plain decoder: the model's own forward over `decoding_cache`.

    Args:
        model: any causal model of transformers, packed and adapted ones included.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        self.model = model
        self.cache = decoding_cache(model.config)
        # GPT-2's relatives of some versions do not know the argument; they compute the logits of all positions.
        base = model.get_base_model() if hasattr(model, "get_base_model") else model
        knows = "logits_to_keep" in inspect.signature(type(base).forward).parameters
        self._arguments = {"logits_to_keep": 1} if knows else {}

    def advance(self, ids: Tensor) -> Tensor:
        """See `Decoder`."""
        with wide_logits(self.model):
            output = self.model(input_ids=ids, past_key_values=self.cache, use_cache=True, **self._arguments)
        last: Tensor = output.logits[:, -1]
        return last.float()


@dataclass(frozen=True, kw_only=True)
class Generated:
    """Tokens of an answer (without the one that ended it), why it ended, and how long it took."""

    tokens: tuple[int, ...]
    reason: EndReason
    prompt_tokens: int
    prefill_seconds: float
    decode_seconds: float

    @property
    def tokens_per_second(self) -> float:
        """Decoded tokens a second, prefill left out; 0 where nothing was decoded."""
        return len(self.tokens) / self.decode_seconds if self.decode_seconds > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A generated text and its tokens."""

    text: str
    generated: Generated


def context_length(model: PreTrainedModel) -> int:
    """Longest sequence in tokens the model was made for; 0 where its configuration does not say."""
    config = model.config.get_text_config(decoder=True)
    return int(getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None) or 0)


@torch.inference_mode()
def generate(
    model: PreTrainedModel,
    input_ids: Tensor,
    *,
    context: Context,
    sampling: Sampling,
    stop: Collection[int] = (),
    on_token: Callable[[int], bool] | None = None,
    decoder: Decoder | None = None,
) -> Generated:
    """Continue a prompt.

    Args:
        model: in eval mode.
        input_ids: int64 [tokens], at least one.
        context: its `checkpoint` is called before every forward pass; the interruption passes through.
        sampling: how tokens are chosen.
        stop: tokens that end the answer and are no part of it.
        on_token: called with every token of the answer; True ends it (reason ``stop-string``).
        decoder: what runs the model; None takes `default_decoder`.

    Raises:
        UserError: the prompt fills the model's window (``chat-too-long``), or the logits are NaN (``logits-nan``).
        Interrupted: by ``context``.
    """
    window = context_length(model)
    prompt = int(input_ids.shape[0])
    if window and prompt >= window:
        raise too_long(prompt, window)
    runner = decoder or default_decoder(model)
    ids = input_ids.to(model.device)[None]
    began = time.perf_counter()
    logits = _prefill(runner, ids, context)
    tokens: list[int] = []
    reason: EndReason = "length"
    decoding = began
    limit = min(sampling.max_new_tokens, window - prompt) if window else sampling.max_new_tokens
    for token in _next_tokens(runner, ids, logits, sampling, limit):
        if not tokens and decoding == began:
            decoding = time.perf_counter()  # reading the first token waited for the prefill
        if token in stop:
            reason = "end"
            break
        tokens.append(token)
        if on_token is not None and on_token(token):
            reason = "stop-string"
            break
        if len(tokens) >= sampling.max_new_tokens:
            break
        if window and prompt + len(tokens) >= window:
            reason = "context"
            break
        context.checkpoint()
    return Generated(
        tokens=tuple(tokens),
        reason=reason,
        prompt_tokens=prompt,
        prefill_seconds=decoding - began,
        decode_seconds=time.perf_counter() - decoding,
    )


def answer(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    input_ids: Tensor,
    *,
    context: Context,
    sampling: Sampling,
    stop: Collection[int] = (),
    stop_strings: Sequence[str] = (),
    on_text: Callable[[str], None] | None = None,
    decoder: Decoder | None = None,
) -> Answer:
    """`generate`, with the text handed out as it becomes certain.

    Args:
        model: as in `generate`, like the other arguments that carry the same name.
        tokenizer: turns tokens into text.
        input_ids: int64 [tokens].
        context: for interruption.
        sampling: how tokens are chosen.
        stop: tokens that end the answer.
        stop_strings: texts that end the answer; neither they nor a beginning of them is ever handed out.
        on_text: called with pieces of text; joined they are `Answer.text`.
        decoder: what runs the model.
    """
    stream, strings, pieces = TextStream(tokenizer), StopStrings(stop_strings), list[str]()

    def show(text: str) -> None:
        if text:
            pieces.append(text)
            if on_text is not None:
                on_text(text)

    def token_arrived(token: int) -> bool:
        show(strings.push(stream.push(token)))
        return strings.hit

    generated = generate(
        model, input_ids, context=context, sampling=sampling, stop=stop, on_token=token_arrived, decoder=decoder
    )
    if not strings.hit:
        show(strings.push(stream.finish()))
        if not strings.hit:
            show(strings.finish())
    return Answer(text="".join(pieces), generated=generated)


def too_long(tokens: int, window: int) -> UserError:
    """The error for a prompt that leaves no room for an answer."""
    return UserError(
        "chat-too-long",
        f"The prompt has {tokens:,} tokens; the model can see {window:,}, the answer included.",
        hint="Shorten the last message or the system prompt.",
        arguments={"tokens": tokens, "window": window},
    )


def _prefill(decoder: Decoder, ids: Tensor, context: Context) -> Tensor:
    """Run the prompt [1, tokens] through in pieces; logits [1, vocab] after its last token."""
    logits = None
    for piece in ids.split(PREFILL_TOKENS, dim=1):
        context.checkpoint()
        logits = decoder.advance(piece)
    assert logits is not None
    return logits


def default_decoder(model: PreTrainedModel) -> Decoder:
    """A captured graph on a GPU, one call of the kernels a token on a CPU that has them, else the plain forward."""
    if model.device.type == "cuda":
        from lowbit_core.chat.graph import GraphDecoder

        return standing_decoder(model, GraphDecoder)
    if _has_one_call(model):
        from lowbit_core.chat.one_call import OneCallDecoder

        return standing_decoder(model, OneCallDecoder)
    return CachedDecoder(model)


def passing_decoder(model: PreTrainedModel) -> Decoder:
    """A decoder for one text in the midst of other work: nothing of it stays with the model.

    The plain forward on a GPU: a captured graph would keep buffers that training needs.
    """
    if _has_one_call(model):
        from lowbit_core.chat.one_call import OneCallDecoder

        return OneCallDecoder(model)
    return CachedDecoder(model)


def _has_one_call(model: PreTrainedModel) -> bool:
    return model.device.type == "cpu" and not cpu_path.why_not()


def _next_tokens(runner: Decoder, ids: Tensor, logits: Tensor, sampling: Sampling, limit: int) -> Iterator[int]:
    """Tokens one by one, at most ``limit``; each is computed when it is asked for (greedily: one ahead)."""
    if isinstance(runner, GreedyDecoder) and sampling.temperature == 0.0 and sampling.repetition_penalty == 1.0:
        for token, bad in runner.greedy(logits, limit):
            if bad:
                raise _not_a_number()
            yield token
        return
    random = _random_numbers(sampling)
    seen = ids if sampling.repetition_penalty != 1.0 else None
    while True:
        chosen = choose(logits, sampling, random(), seen)
        token, bad = torch.stack([chosen[0], logits.isnan().any().long()]).tolist()  # one wait for both
        if bad:
            raise _not_a_number()
        yield token
        new = torch.tensor([[token]], device=ids.device)
        seen = torch.cat([seen, new], dim=1) if seen is not None else None
        logits = runner.advance(new)


def _random_numbers(sampling: Sampling) -> Callable[[], Tensor]:
    """A source of one uniform number [1] at a time, from a CPU generator, so that a seed means the same anywhere."""
    generator = torch.Generator()
    if sampling.seed is None:
        generator.seed()
    else:
        generator.manual_seed(sampling.seed)
    return lambda: torch.rand(1, generator=generator, dtype=torch.float64)


def _not_a_number() -> UserError:
    return UserError(
        "logits-nan",
        "The model computed no numbers (NaN), so no token can be chosen.",
        hint="Run it in another precision (fp32), or quantize it with more bits.",
    )
