"""The recipe: everything a run depends on, as frozen dataclasses.

The docstring under a field is the help text of the command line, the tooltip of the app and the docs page; keep it to
unit, range and source. `Bounds` and `Literal` are the rules `recipe.check` enforces.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, NamedTuple


class Bounds(NamedTuple):
    """Least and greatest value allowed, both included; None means open."""

    least: float | None = None
    greatest: float | None = None


Bits = Annotated[float, Bounds(2, 8)]
Count = Annotated[int, Bounds(1, None)]
Natural = Annotated[int, Bounds(0, None)]
Positive = Annotated[float, Bounds(0, None)]
Share = Annotated[float, Bounds(0, 1)]


@dataclass(frozen=True, kw_only=True)
class Model:
    """Which model."""

    source: str = "starter"
    """starter (SmolLM2-135M-Instruct), hub:ORG/NAME, path:DIR (a Hugging Face folder) or gguf:FILE."""

    revision: str = ""
    """Branch, tag or commit on the hub; empty takes main."""

    task: Literal["causal-lm"] = "causal-lm"
    """What the model does. Only causal-lm (text in, text out) so far."""


@dataclass(frozen=True, kw_only=True)
class Data:
    """What it is fine-tuned on."""

    source: str = ""
    """A file (jsonl, json, csv, tsv, parquet, arrow, txt), a folder of them, hub:NAME, or sample:NAME for a sample
    that comes with the program. Empty: no fine-tuning."""

    format: Literal[
        "auto", "messages", "sharegpt", "alpaca", "prompt-completion", "question-answer", "gsm8k", "text"
    ] = "auto"
    """How a row is laid out; auto finds it from the content. gsm8k: question and answer as LoftQ's published protocol
    asks and teaches them, without a chat template."""

    columns: dict[str, str] = field(default_factory=dict)
    """Role to column name where the file's names differ, e.g. prompt = "frage". Roles: messages, system, prompt,
    completion, text."""

    validation: float | str = 0.05
    """Rows held back to measure on: a share between 0 and 0.5, or a file."""

    max_length: Annotated[int, Bounds(8, 1_048_576)] = 1024
    """Longest training example in tokens; longer rows are cut or refused as the report says."""

    loss_on: Literal["assistant", "completion", "all"] = "assistant"
    """Which tokens are learned: every assistant turn, only the last answer, or everything."""

    packing: bool = False
    """Put several short examples into one row; they never see each other."""


@dataclass(frozen=True, kw_only=True)
class Quantize:
    """How the weights are stored."""

    bits: Bits | Literal["auto"] = 4.0
    """Bits a weight: 2, 3, 4 or 8, any number between for a mixture of these, or auto for the best that fits the
    device."""

    codec: Literal["integer", "normal-float", "vector", "neural"] = "integer"
    """Grid of levels: evenly spaced (integer) or spaced like a normal distribution (normal-float)."""

    group_size: Literal[0, 32, 64, 128] = 64
    """Weights that share one scale, along the input; 0 is one scale a row."""

    symmetric: bool = False
    """Integer only: no zero point stored. At 2 bits this is the grid -1, 0, 1, 2 that GGUF calls Q2_0."""

    solver: Literal["nearest", "search", "gptq"] = "gptq"
    """How codes are chosen: nearest level, scale by error search, or GPTQ (error feedback on calibration text)."""

    calibration: str = "self"
    """Text the solver looks at: self (sampled from the model), data (your rows) or a text or jsonl file."""

    samples: Count = 128
    """Calibration sequences."""

    length: Annotated[int, Bounds(16, 131_072)] = 512
    """Tokens in a calibration sequence."""

    codes: str = "auto"
    """Codes made elsewhere that are packed as they are, so that bits, codec, group size and solver do not count: auto
    keeps those of a model.source that has some (a GPTQ checkpoint, a LoftQ folder with its adapter), new quantizes its
    values again; or the folder of such a quantized version of model.source."""

    mixed: Literal["sensitivity", "first-layers"] = "sensitivity"
    """Where fractional bits go: to the matrices that lose most, or LoftQ's first layers at 4 bits."""

    skip: tuple[str, ...] = ()
    """Matrices left as they are, by name pattern (shell style), besides embeddings, head and norms."""

    head_bits: Literal[0, 4, 8] = 0
    """Bits of embedding and head; 0 leaves them in 16."""


@dataclass(frozen=True, kw_only=True)
class Correct:
    """How the quantization error is repaired."""

    method: Literal["none", "loftq", "activation", "lrec", "qad", "reallm"] = "activation"
    """none; activation: a low-rank term from the activations, in closed form (QERA, CLoQ); loftq: quantization and SVD
    in turns, with nearest or search without any text; lrec: adapters (and scales) distilled from the float model;
    qad: the codes themselves distilled, the best there is for its bits where the memory allows it."""

    rank: Annotated[int, Bounds(1, 1024)] = 8
    """Rank of the repair's low-rank term; it is counted in the bits."""

    ranks: dict[str, Annotated[int, Bounds(0, 1024)]] = field(default_factory=dict)
    """Other ranks for some matrices: name pattern (shell style) to rank, e.g. down_proj = 16 or "layers.0.*" = 32; 0
    is no repair. The first that fits counts."""

    iterations: Count | Literal["auto"] = "auto"
    """Closed forms: rounds of quantization and low-rank term; the best is kept. auto: 5 for loftq, 2 for activation."""

    start: Literal["activation", "loftq", "zero"] = "activation"
    """LREC: what training starts from: one of the closed forms, or a low-rank term that changes nothing."""

    steps: Natural = 400
    """LREC and trained codes: optimizer steps."""

    batch: Count = 8
    """LREC and trained codes: sequences in a step."""

    length: Annotated[int, Bounds(16, 131_072)] = 512
    """LREC and trained codes: tokens in a sequence."""

    learning_rate: Positive = 1e-3
    """LREC and trained codes: peak learning rate of the low-rank term and the scales."""

    weight_learning_rate: Positive = 4e-3
    """Trained codes: peak learning rate of the latent weights, in steps of their grid."""

    scope: Literal["auto", "model", "blocks"] = "auto"
    """Trained codes: the whole model at once (18 bytes a weight), or block after block, where steps are those of each
    block; auto takes the whole model where it fits."""

    kl_weight: Positive = 1.0
    """LREC: weight of KL(float model || quantized model), mean over tokens."""

    ce_weight: Positive = 0.0
    """LREC: weight of the cross-entropy on the real next token, mean over tokens."""

    train_scales: bool = True
    """LREC: train the quantization scales too."""

    teacher: Literal["auto", "resident", "streamed"] = "auto"
    """LREC: keep the float model on the device, or stream it once and cache its last hidden states on disk."""

    data: str = "self"
    """LREC and trained codes: text learned from: self (sampled from the float model), data (your rows) or a file."""

    tokens: Count = 400_000
    """LREC and trained codes: tokens of that text."""


@dataclass(frozen=True, kw_only=True)
class Tune:
    """How the adapter for your task is trained."""

    adapter: Literal["continue", "stack", "fresh"] = "continue"
    """continue: train the repair's adapter on; stack: a second one beside it; fresh: drop the repair's."""

    rank: Annotated[int, Bounds(1, 1024)] = 16
    """Rank of a stacked or fresh adapter."""

    alpha: Positive = 32.0
    """Its scale is alpha/rank."""

    dropout: Share = 0.0
    """Dropout before the adapter."""

    targets: tuple[str, ...] = ("all",)
    """Matrices that get an adapter: all, or last parts of names such as q_proj."""

    dora: bool = False
    """Weight-decomposed adapter (DoRA)."""

    learning_rate: Positive = 2e-4
    """Peak learning rate."""

    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    """How the learning rate falls after the warm-up."""

    warmup: Share = 0.03
    """Share of the steps in which the learning rate rises."""

    weight_decay: Positive = 0.0
    """Decoupled weight decay."""

    gradient_clip: Positive = 1.0
    """Largest gradient norm; 0 does not clip."""

    epochs: Positive = 1.0
    """Passes over the data, unless steps is set."""

    steps: Natural = 0
    """Optimizer steps; 0 counts by epochs."""

    batch: Count = 1
    """Sequences on the device at once."""

    accumulate: Count = 8
    """Such batches in one optimizer step."""

    optimizer: Literal["auto", "adamw", "adamw-8bit", "paged-adamw-8bit"] = "auto"
    """auto takes the 8-bit paged AdamW where the device has it."""

    checkpointing: bool = True
    """Keep one hidden state a block and recompute the rest: less memory, a third more time."""

    offload: bool = False
    """Hold these hidden states in the computer's RAM."""

    embedding: Literal["auto", "device", "ram"] = "auto"
    """Where the token embedding lies while training; ram: rows are fetched as they are needed. auto: in RAM beside a
    GPU. One that is also the output head stays on the device."""

    adapter_precision: Literal["fp32", "bf16"] = "fp32"
    """Number format of the trained adapter and its gradients; bf16 halves both. Sums are fp32 either way."""

    group_by_length: bool = True
    """Put rows of like length together; saves padding."""

    evaluate_every: Natural = 50
    """Steps between measurements on the validation rows; 0 measures at the end only."""

    patience: Natural = 0
    """Stop after this many measurements without a better one; 0 never stops early. The best is kept either way."""

    samples: Annotated[int, Bounds(0, 8)] = 2
    """Held-back questions the model answers in short at the start and at every measurement, to look at; 0 asks none.
    It changes nothing in the result."""

    checkpoint_every: Natural = 50
    """Steps between saves a run can be resumed from; 0 saves at the end only."""


@dataclass(frozen=True, kw_only=True)
class Evaluate:
    """What is measured at the end."""

    text: str = ""
    """Text file for perplexity (.jsonl: a text a line, as C4 comes); empty takes the validation rows, and without data
    a sample that comes with the program."""

    context: Annotated[int, Bounds(16, 1_048_576)] = 2048
    """Tokens in a window."""

    stride: Natural = 0
    """Tokens a window moves on; 0 is the context, so windows do not overlap."""

    limit: Natural = 0
    """Windows measured; 0 takes the whole text."""

    tasks: tuple[str, ...] = ()
    """Tasks with generated answers: gsm8k:FILE, a jsonl file of questions and answers, marked by exact match."""

    questions: Natural = 0
    """Questions of each task that are asked; 0 asks all."""


@dataclass(frozen=True, kw_only=True)
class Output:
    """Where results go."""

    dir: str = ""
    """Folder of the run folders; empty takes the app's own."""

    name: str = ""
    """Name of the run; empty makes one from model and bits."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One run."""

    seed: Natural = 0
    """Seed of every random choice."""

    precision: Literal["auto", "bf16", "fp16", "fp32"] = "auto"
    """Number format of the computation; auto takes bf16 where it is fast."""

    device: Literal["auto", "cuda", "cpu"] = "auto"
    """Where it runs."""

    model: Model = Model()
    data: Data = Data()
    quantize: Quantize = Quantize()
    correct: Correct = Correct()
    tune: Tune = Tune()
    evaluate: Evaluate = Evaluate()
    output: Output = Output()
