"""Training on the GPU: recorded blocks against plain ones and against the torch path, and a GPU that is full."""

import gc
import math

import pytest
import torch
from peft import LoraConfig
from transformers import LlamaConfig, LlamaForCausalLM

from lowbit_core.context import SilentContext
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import PackedLinear, add_adapter, cuda_path
from lowbit_core.train import TrainSettings, block_graphs, train

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
VOCABULARY = 512


def packed_llama(bits=4, device="cuda"):
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            hidden_size=256,
            intermediate_size=704,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            vocab_size=VOCABULARY,
            max_position_embeddings=1024,
            initializer_range=0.06,
        )
    ).to(device, torch.bfloat16)
    for block in model.model.layers:
        for parent in (block.self_attn, block.mlp):
            for name, child in list(parent.named_children()):
                if isinstance(child, torch.nn.Linear):
                    layer = PackedLinear(
                        child.in_features, child.out_features, IntegerCodec(bits=bits, symmetric=True),
                        dtype=torch.bfloat16,
                    )  # fmt: skip
                    layer.codes.random_(0, 256)
                    layer.scales.uniform_(0.8, 1.2).mul_(0.2 / (1 << bits))
                    setattr(parent, name, layer.to(device))
    settings = LoraConfig(r=8, lora_alpha=16, target_modules=TARGETS, task_type="CAUSAL_LM", init_lora_weights=False)
    model = add_adapter(model, settings, "task")
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.to(torch.bfloat16)
            parameter.data.normal_(std=0.02)
    return model


def rows(count=16, lengths=(200, 256)):
    random = torch.Generator().manual_seed(1)
    found = []
    for index in range(count):
        start = int(torch.randint(0, VOCABULARY, (), generator=random))
        ids = (start + 3 * torch.arange(lengths[index % len(lengths)])) % VOCABULARY
        found.append({"input_ids": ids.tolist(), "labels": [-100, *ids[1:].tolist()]})
    return found


def collate(batch):
    assert len(batch) == 1
    return {name: torch.tensor([batch[0][name]]) for name in ("input_ids", "labels")}


class Losses(SilentContext):
    def __init__(self):
        self.losses, self.notices = [], []

    def emit(self, event):
        if getattr(event, "name", "") == "loss":
            self.losses.append(event.value)
        if hasattr(event, "code"):
            self.notices.append(event.code)


def trained(folder, *, bits=4, steps=20, model=None, **settings):
    """Losses, notices and the adapter after some steps."""
    context, model = Losses(), model or packed_llama(bits)
    chosen = {"precision": "bf16", "optimizer": "adamw", "batch": 1, "accumulate": 2, "learning_rate": 1e-3}
    train(
        model, rows(), collate=collate, folder=folder, context=context,
        settings=TrainSettings(steps=steps, checkpoint_every=0, **{**chosen, **settings}),
    )  # fmt: skip
    adapter = torch.cat([item.flatten().float() for name, item in model.named_parameters() if "lora_" in name])
    return context.losses, context.notices, adapter.detach()


@pytest.mark.parametrize(("offload", "optimizer"), [(False, "adamw"), (True, "adamw"), (False, "paged-adamw-8bit")])
def test_that_recorded_blocks_train_as_plain_ones_do(tmp_path, monkeypatch, offload, optimizer):
    if optimizer != "adamw":
        pytest.importorskip("bitsandbytes")
    recorded = trained(tmp_path / "recorded", offload=offload, optimizer=optimizer)
    assert "steps-not-recorded" not in recorded[1]
    monkeypatch.setattr(block_graphs, "MOST_TOKENS", 0)
    plain = trained(tmp_path / "plain", offload=offload, optimizer=optimizer)
    assert len(recorded[0]) == len(plain[0]) == 20
    assert plain[0][-1] < plain[0][0] - 0.1, "there is something to learn"
    assert recorded[0] == pytest.approx(plain[0], rel=0.02)
    assert ((recorded[2] - plain[2]).norm() / plain[2].norm()).item() < 0.05


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_that_fifty_steps_give_the_losses_of_the_torch_path(tmp_path, monkeypatch, bits):
    ours = trained(tmp_path / "ours", bits=bits, steps=50)
    monkeypatch.setattr(cuda_path, "serves", lambda *_: False)
    monkeypatch.setattr(block_graphs, "MOST_TOKENS", 0)
    reference = trained(tmp_path / "reference", bits=bits, steps=50)
    assert ours[0] == pytest.approx(reference[0], rel=0.03)


def test_that_a_block_that_waits_for_the_device_is_run_plainly(tmp_path):
    model = packed_llama()
    layer = model.get_base_model().model.layers[1].mlp
    layer.register_forward_hook(lambda module, args, output: float(output.sum().item()) and None)
    losses, notices, _ = trained(tmp_path / "run", model=model, steps=6)
    assert notices.count("steps-not-recorded") == 1
    assert len(losses) == 6
    assert all(math.isfinite(loss) for loss in losses)
    assert float(torch.ones(4, device="cuda").sum()) == 4, "the device is as it was"
    assert float(torch.rand(4, device="cuda").sum()) > 0, "and so are its random numbers"


def held_blocks():
    """The allocator's blocks in use by address, each in words: its size, its stream and its pool.

    Without who asked for it: while the allocator records Python's stacks, the exception by which block checkpoints end
    a recomputation early gets lost.
    """
    found = {}
    for segment in torch.cuda.memory._snapshot()["segments"]:
        where = f"stream {segment['stream']} pool {segment.get('segment_pool_id')}"
        for block in segment["blocks"]:
            if block["state"].startswith("active"):
                found[block["address"]] = f"{block['size'] / 1e6:9.3f} MB {block['state']} {where}"
    return found


def test_that_recording_gives_its_memory_back(tmp_path):
    model = packed_llama()
    trained(tmp_path / "first", model=model, steps=4)
    gc.collect()
    torch.cuda.empty_cache()
    before, known = torch.cuda.memory_allocated(), held_blocks()
    trained(tmp_path / "second", model=model, steps=4)
    gc.collect()
    torch.cuda.empty_cache()
    stays = sorted((text for address, text in held_blocks().items() if address not in known), reverse=True)
    assert torch.cuda.memory_allocated() <= before + (1 << 20), "\n".join(["stays:", *stays[:20]])
