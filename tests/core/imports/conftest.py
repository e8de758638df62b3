"""Writes checkpoints as other programs do; shares nothing with the readers under test."""

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file


def words(columns, bits):
    """int32 [n·bits/32, m] of values [n, m]: column by column one long number, lowest bits first."""
    count, wide = columns.shape
    packed = np.zeros((count * bits // 32, wide), dtype=np.uint32)
    for index in range(wide):
        number = sum(int(value) << (bits * place) for place, value in enumerate(columns[:, index]))
        packed[:, index] = [number >> (32 * row) & 0xFFFFFFFF for row in range(len(packed))]
    return torch.from_numpy(packed.view(np.int32).copy())


class Written:
    """A random matrix W [out, in] on a GPTQ grid: what is stored, and what it is worth in float64."""

    def __init__(self, rows, columns, bits, group, *, act_order=False, seed=0, zeros=None):
        draw = np.random.default_rng(seed)
        size = columns if group <= 0 else group
        self.index = np.arange(columns) // size
        if act_order:
            self.index = self.index[draw.permutation(columns)]
        groups = -(-columns // size)
        self.codes = draw.integers(0, 1 << bits, (columns, rows))
        self.zeros = draw.integers(1, 1 << bits, (groups, rows)) if zeros is None else np.full((groups, rows), zeros)
        self.scales = torch.from_numpy(draw.uniform(0.001, 0.05, (groups, rows))).half()
        self.bits = bits

    @property
    def weight(self):
        scale = self.scales.double()[self.index]
        return (scale * torch.from_numpy((self.codes - self.zeros[self.index]).astype(np.float64))).T

    def tensors(self, name, *, index=True, offset=1):
        stored = {
            f"{name}.qweight": words(self.codes, self.bits),
            f"{name}.qzeros": words((self.zeros - offset).T, self.bits).T.contiguous(),
            f"{name}.scales": self.scales,
        }
        return stored | ({f"{name}.g_idx": torch.from_numpy(self.index.astype(np.int32))} if index else {})


def write_checkpoint(
    model, folder, bits, group, *, act_order=False, config="config.json", version=1, zeros=None, change=None
):
    """A copy of a float model's folder whose matrices inside the blocks are replaced; the float weights they are worth.

    ``config``: the file that states the settings, or empty for none. ``change``: (name, tensor, Written) makes the
    random matrix into another.
    """
    shutil.copytree(model, folder)
    tensors, worth = {}, {}
    for number, (name, tensor) in enumerate(load_file(folder / "model.safetensors").items()):
        if ".layers." not in name or tensor.dim() != 2:
            tensors[name] = tensor.half()
            continue
        module = name.removesuffix(".weight")
        written = Written(*tensor.shape, bits, group, act_order=act_order, seed=number, zeros=zeros)
        if change is not None:
            change(module, tensor, written)
        tensors |= written.tensors(module, offset=1 if version == 1 else 0)
        worth[module] = written.weight
    (folder / "model.safetensors").unlink()
    save_file(tensors, folder / f"tiny-{bits}bit-{group}g.safetensors")
    settings = {"bits": bits, "group_size": group, "desc_act": act_order, "sym": False}
    if version == 2:
        settings["checkpoint_format"] = "gptq_v2"
    if config == "config.json":
        stated = json.loads((folder / config).read_text()) | {
            "quantization_config": settings | {"quant_method": "gptq"}
        }
        (folder / config).write_text(json.dumps(stated))
    elif config:
        (folder / config).write_text(json.dumps(settings))
    return worth


@pytest.fixture(scope="session")
def gptq_matrix_of():
    """`Written`."""
    return Written


@pytest.fixture(scope="session")
def gptq_checkpoint():
    """`write_checkpoint`."""
    return write_checkpoint


def nearest_normal_float(weight, bits):
    """float64 [out, in] on the NormalFloat grid, blocks of 64, as LoftQ's first code does it."""
    half = 1 << (bits - 1)
    quantile = torch.distributions.Normal(0.0, 1.0).icdf
    positive = quantile(torch.linspace(0.9677083, 0.5, half + 1, dtype=torch.float64))[:-1]
    negative = -quantile(torch.linspace(0.9677083, 0.5, half, dtype=torch.float64))[:-1]
    levels = torch.cat([positive, torch.zeros(1, dtype=torch.float64), negative]).sort().values
    levels = levels / levels.max()
    blocks = weight.double().reshape(-1, 64)
    scale = blocks.abs().amax(1, keepdim=True)
    codes = ((blocks / scale)[:, :, None] - levels).abs().argmin(-1)
    return (levels[codes] * scale).view_as(weight), codes.view_as(weight)


def write_loftq(model, folder, bits_of, *, rank=8, alpha=8, dtype=torch.bfloat16):
    """A published LoftQ folder from a float model's: base, ``loftq_init/`` by PEFT; codes, Q and B·A by module.

    ``bits_of``: module name -> 2 or 4.
    """
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    shutil.copytree(model, folder)
    base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj", "gate_proj"]
    config = LoraConfig(task_type="CAUSAL_LM", r=rank, lora_alpha=alpha, lora_dropout=0.1, target_modules=targets)
    adapted = get_peft_model(base, config)
    known = {}
    for name, layer in adapted.named_modules():
        if not hasattr(layer, "lora_A"):
            continue
        module = name.removeprefix("base_model.model.")
        weight, term = layer.base_layer.weight.data.double(), 0
        for _ in range(3):
            quantized, codes = nearest_normal_float(weight - term, bits_of(module))
            u, s, v = torch.linalg.svd(weight - quantized, full_matrices=False)
            b, a = u[:, :rank] * s[:rank].sqrt(), s[:rank, None].sqrt() * v[:rank]
            term = b @ a
        layer.base_layer.weight.data.copy_(quantized)
        layer.lora_A["default"].weight.data.copy_(a)
        layer.lora_B["default"].weight.data.copy_(b)
        known[module] = (codes, quantized, (b.float() @ a.float()).double())
    adapted.peft_config["default"].inference_mode = True
    adapted.save_pretrained(folder / "loftq_init")
    plain = adapted.unload()
    plain.to(dtype).save_pretrained(folder)
    return known


@pytest.fixture(scope="session")
def loftq_folder():
    """`write_loftq`."""
    return write_loftq


@pytest.fixture(scope="session")
def normal_float():
    """`nearest_normal_float`."""
    return nearest_normal_float


@pytest.fixture(scope="session")
def wide_llama(tiny_llama, tmp_path_factory):
    """The tiny Llama with 128 inner features: every row divides into blocks of 64."""
    from transformers import AutoConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("models") / "wide-llama"
    shutil.copytree(tiny_llama, folder)
    torch.manual_seed(1)
    config = AutoConfig.from_pretrained(tiny_llama, intermediate_size=128)
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder
