"""Talking with a model: cached decoding, sampling, streamed text, conversations, and text sampled as training data."""

from lowbit_core.chat.cache import cache_bytes, decoding_cache
from lowbit_core.chat.generate import (
    Answer,
    CachedDecoder,
    Decoder,
    EndReason,
    Generated,
    answer,
    context_length,
    generate,
)
from lowbit_core.chat.sample_text import sample_key, sample_text
from lowbit_core.chat.sampling import GREEDY, Sampling
from lowbit_core.chat.session import Session
from lowbit_core.chat.stop import StopStrings, stop_tokens
from lowbit_core.chat.text_stream import TextStream
from lowbit_core.chat.variants import Variant, Variants

__all__ = [
    "GREEDY",
    "Answer",
    "CachedDecoder",
    "Decoder",
    "EndReason",
    "Generated",
    "Sampling",
    "Session",
    "StopStrings",
    "TextStream",
    "Variant",
    "Variants",
    "answer",
    "cache_bytes",
    "context_length",
    "decoding_cache",
    "generate",
    "sample_key",
    "sample_text",
    "stop_tokens",
]
