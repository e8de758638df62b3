"""Methods of others that the engine does not have, short: HQQ's quantizer, and INT2.1's training as published."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core.correct.loftq_published import normal
from lowbit_core.train.adapters import tuner_layers

LOFTQ_ROUNDS = 5
LOFTQ_SCRIPT_SCALE = 16 / 64
"""alpha/rank of LoftQ's script, which its factors leave out: its correction acts at a quarter."""

INT21_LENGTH = 2048
"""Tokens of INT2.1's sequences; its weights of KL and CE are per token only together with it."""

INT21_RATE = {2: 3e-5, 3: 3e-5, 4: 1e-5}
INT21_CE = {2: 120.0, 3: 120.0, 4: 10.0}
"""Learning rate and weight of CE (that of KL is 1) in the published scripts, 7B; INT3's are not published: INT2's."""


def hqq(weight: Tensor, bits: int, group: int, rounds: int = 20) -> Tensor:
    """W quantized and back by HQQ: half-quadratic search of the zero points (Badri and Shaji 2023, HQQ's own code).

    min over z of |W − (Q − z)/s|_p^p, p = 0.7, alternating the shrinkage operator on the error with the mean that
    solves for z; beta grows by 1.01 a round and the search ends when the mean error rises. s stays that of the range.
    Scales and zeros are fp16: bits + 32/group bits a weight.

    Args:
        weight: [out, in], out·in a multiple of ``group``.
        bits: of the codes.
        group: consecutive weights of a row that share scale and zero.
        rounds: at most.
    """
    power, beta, top = 0.7, 10.0, (1 << bits) - 1
    w = weight.float().reshape(-1, group)
    low, high = w.amin(1, keepdim=True), w.amax(1, keepdim=True)
    scale = (top / (high - low).clamp_min(1e-8)).clamp_max(2e4)
    zero = -low * scale
    best, least = zero, float("inf")
    for _ in range(rounds):
        codes = (w * scale + zero).round().clamp(0, top)
        error = w - (codes - zero) / scale
        mean = float(error.abs().mean())
        if mean >= least:
            break
        best, least = zero, mean
        size = error.abs()
        kept = error.sign() * (size - size.clamp_min(1e-12).pow(power - 1) / beta).clamp_min(0)
        zero = (codes - (w - kept) * scale).mean(1, keepdim=True)
        beta *= 1.01
    step, zero = (1 / scale).half().float(), best.half().float()
    codes = (w / step.clamp_min(1e-12) + zero).round().clamp(0, top)
    return ((codes - zero) * step).view_as(weight)


@torch.no_grad()
def loftq(weight: Tensor, bits: int, rank: int) -> tuple[Tensor, Tensor]:
    """Q and b·a of LoftQ's last round, as `correct.loftq_published.alternate`, by eigenvectors of the smaller gram.

    A full SVD takes most of a second on a GPU, and there are a thousand: E·V·Vᵀ with the leading right singular vectors
    is the same term.
    """
    quantizer, target = normal(bits), weight.float()
    term = torch.zeros_like(target)
    for _ in range(LOFTQ_ROUNDS):
        quantized = quantizer(target - term)
        error = (target - quantized).double()
        tall = error.shape[0] > error.shape[1]
        _, vectors = torch.linalg.eigh(error.T @ error if tall else error @ error.T)
        leading = vectors[:, -rank:]
        term = (error @ leading @ leading.T if tall else leading @ (leading.T @ error)).float()
    return quantized, term


@torch.no_grad()
def replaced(model: PreTrainedModel, names: list[str], change: Callable[[Tensor], Tensor]) -> None:
    """Change the weights of these modules in place."""
    for name in names:
        weight: Any = model.get_submodule(name).weight
        weight.copy_(change(weight.float()))


def c4_crops(path: Path, tokenizer: PreTrainedTokenizerBase, length: int, count: int) -> Tensor:
    """INT2.1's sampling: a random document until it is long enough, a random crop of it; int64 [count, length]."""
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line]
    tokens = [tokenizer(text, verbose=False).input_ids for text in texts]
    long = [ids for ids in tokens if len(ids) > length]
    assert long, "no document is long enough"
    draw = random.Random(0)
    crops = []
    for _ in range(count):
        ids = draw.choice(long)
        begin = draw.randrange(len(ids) - length)
        crops.append(ids[begin : begin + length])
    return torch.tensor(crops)


def lrec_as_published(
    model: nn.Module,
    reference: PreTrainedModel,
    crops: Tensor,
    *,
    bits: int,
    seconds: float,
    rate: float = 0.0,
    batch_tokens: int = 7 * INT21_LENGTH,
) -> dict[str, float]:
    """INT2.1's LREC (arXiv 2306.08162, lrec.py): Adam with L2, constant rate, adapters only, dropout 0.05, scale 4.

    The weights of KL and CE are those of its scripts a token. It goes over the crops in order, again and again.

    Args:
        model: packed, with a zero-initialised adapter ``repair``; trained in place.
        reference: the teacher, resident.
        crops: int64 [n, length].
        bits: of the base, for the published rate and weight.
        seconds: limit of the training.
        rate: learning rate in place of the published one.
        batch_tokens: tokens in a step.
    """
    for layer in tuner_layers(model):
        if "repair" in layer.scaling:
            layer.scaling["repair"] = 4.0
            layer.lora_dropout["repair"] = nn.Dropout(0.05)
    weights = [item for name, item in model.named_parameters() if ".lora_A." in name or ".lora_B." in name]
    for item in weights:
        item.requires_grad_(True)
        item.data = item.data.float()
    optimizer = torch.optim.Adam(weights, lr=rate or INT21_RATE[bits], weight_decay=1e-5)
    share = INT21_CE[bits] / INT21_LENGTH
    device, dtype = reference.device, reference.dtype
    rows = max(1, batch_tokens // crops.shape[1])
    began, steps, last = time.perf_counter(), 0, 0.0
    model.train()
    while time.perf_counter() - began < seconds:
        places = [(steps * rows + index) % len(crops) for index in range(rows)]
        ids = crops[places].to(device)
        with torch.no_grad():
            taught = reference(input_ids=ids, use_cache=False).logits
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
            logits = model(input_ids=ids, use_cache=False).logits
        loss = sum((_loss(ours, theirs, row, share) for ours, theirs, row in zip(logits, taught, ids, strict=True)),
                   torch.zeros((), device=device)) / rows  # fmt: skip
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        steps += 1
        last = float(loss.detach())  # waits for the device, so that the time is the work's
    model.eval()
    return {"steps": steps, "trained_tokens": steps * rows * crops.shape[1], "last_loss": last}


def _loss(ours: Tensor, theirs: Tensor, ids: Tensor, share: float) -> Tensor:
    """KL(teacher || student), mean over all positions, plus ``share`` of CE on the real next token."""
    said = F.log_softmax(ours.float(), dim=-1)
    kl = F.kl_div(said, F.log_softmax(theirs.float(), dim=-1), log_target=True, reduction="sum") / len(ids)
    return kl + share * F.nll_loss(said[:-1], ids[1:])
