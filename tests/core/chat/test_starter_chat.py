from __future__ import annotations

import pytest
import torch
from peft import LoraConfig

from lowbit_core.chat import GREEDY, CachedDecoder, Sampling, Session, generate
from lowbit_core.context import SilentContext
from lowbit_core.errors import UserError
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.model import load_float, load_tokenizer
from lowbit_core.packed import PackedLinear, add_adapter, cpu_path, switch
from lowbit_core.packed.pack import pack
from lowbit_core.packed.swap import put_module
from lowbit_core.quantize.solve import solve
from lowbit_core.source import inspect_model


@pytest.mark.starter
def test_that_the_starter_knows_the_capital_of_france_and_stops():
    try:
        spec = inspect_model("starter")
    except UserError:
        pytest.skip("the starter model has not been fetched")
    session = Session(load_float(spec, torch.float32), load_tokenizer(spec), context=SilentContext())
    answer = session.ask("What is the capital of France?", GREEDY)
    assert "Paris" in answer.text
    assert answer.generated.reason == "end"


@pytest.mark.starter
@pytest.mark.skipif(bool(cpu_path.why_not()), reason="no CPU kernels here")
def test_that_the_packed_starter_says_the_same_in_one_call_a_token_as_plainly_in_every_variant():
    try:
        spec = inspect_model("starter")
    except UserError:
        pytest.skip("the starter model has not been fetched")
    tokenizer = load_tokenizer(spec)
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Tell me how bread is made."}], tokenize=False, add_generation_prompt=True
    )
    ids = torch.tensor(tokenizer(text).input_ids)
    model = _packed(load_float(spec, torch.float32))
    sampling = Sampling(temperature=0.0, top_p=1.0, max_new_tokens=100)
    said = {}
    with torch.inference_mode():
        for names in (["repair"], ["repair", "task"], [], ["repair"]):
            switch(model, names)
            found = generate(model, ids, context=SilentContext(), sampling=sampling).tokens
            assert not model.get_base_model().__dict__["_standing_decoder"].why_plain
            assert len(found) == 100
            # Plainly: after the prompt and every shorter part of the answer, the next token is the likeliest.
            whole = torch.cat([ids, torch.tensor(found)])
            logits = model(input_ids=whole[None]).logits[0, len(ids) - 1 : -1]
            assert logits.argmax(-1).tolist() == list(found)
            if names == ["repair", "task"]:
                plain = CachedDecoder(model)
                again = generate(model, ids, context=SilentContext(), sampling=sampling, decoder=plain).tokens
                assert found == again
            assert said.setdefault(tuple(names), found) == found
    assert len(set(said.values())) == 3


def _packed(model):
    """4 bits, nearest codes, and two adapters of rank 8 that change little."""
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    torch.manual_seed(0)
    for name, child in list(model.named_modules()):
        if name.rpartition(".")[2] in targets:
            buffers = pack(solve(child.weight, IntegerCodec(bits=4), "nearest"))
            put_module(model, name, PackedLinear.from_buffers(buffers, child.bias))
    for name in ("repair", "task"):
        model = add_adapter(
            model, LoraConfig(r=8, lora_alpha=16, target_modules=targets, init_lora_weights=False), name
        )  # fmt: skip
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(False)
        if ".lora_B." in name:
            parameter.mul_(0.03)
    return model.eval()
