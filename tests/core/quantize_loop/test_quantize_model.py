"""The block loop against an implementation that holds the whole model, and against itself interrupted."""

from fnmatch import fnmatch

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from lowbit_core.context import SilentContext
from lowbit_core.correct.activation import ActivationRepair
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.events import LayerFinished, Notice, Progress
from lowbit_core.model import load_float, structure
from lowbit_core.quantize import LowRank, codec_for, quantize_model, solve
from lowbit_core.recipe.schema import Quantize
from lowbit_core.source import inspect_model

LLAMA = {
    "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 4,
    "num_key_value_heads": 2, "vocab_size": 101, "max_position_embeddings": 64, "tie_word_embeddings": True,
}  # fmt: skip
GPT2 = {"n_embd": 32, "n_layer": 3, "n_head": 4, "vocab_size": 101, "n_positions": 64}
SETTINGS = Quantize(bits=3.0, group_size=32)


class KeepingSink:
    """Keeps a block's results only once the block is done, as a disk would; may fail on purpose."""

    def __init__(self, fail_at=None):
        self.blocks, self.open, self.outside, self.finished = {}, {}, {}, False
        self.fail_at = fail_at

    def done_blocks(self):
        return frozenset(self.blocks)

    def matrix(self, name, quantized, low_rank):
        self.open[name] = (quantized, low_rank)

    def tensor(self, name, tensor):
        self.open[name] = tensor

    def block_done(self, index):
        if self.fail_at == index:
            self.open = {}
            raise KeyboardInterrupt
        self.blocks[index], self.open = self.open, {}

    def done(self):
        self.outside, self.open, self.finished = self.open, {}, True

    def everything(self):
        assert self.finished
        merged = dict(self.outside)
        for block in self.blocks.values():
            merged.update(block)
        return merged

    def matrices(self):
        return {name: item for name, item in self.everything().items() if isinstance(item, tuple)}


class InterruptingContext(SilentContext):
    """Interrupts at the given number of checkpoints."""

    def __init__(self, at):
        super().__init__()
        self.left = at

    def checkpoint(self):
        self.left -= 1
        if self.left < 0:
            raise Interrupted("stop")


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def spec(request, tmp_path_factory):
    return _make(request.param, LLAMA if request.param == "llama" else GPT2, tmp_path_factory)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    return _make("llama", LLAMA, tmp_path_factory)


def _make(name, values, tmp_path_factory):
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(name, **values))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 2:
                parameter.mul_(5)  # far enough from linear that a wrong prefix shows
    folder = tmp_path_factory.mktemp(name)
    model.save_pretrained(folder)
    return inspect_model(f"path:{folder}")


@pytest.fixture(scope="module")
def tokens():
    return torch.randint(0, 101, (6, 32), generator=torch.Generator().manual_seed(1))


def _run(spec, tokens, sink=None, context=None, settings=SETTINGS, **more):
    sink = KeepingSink() if sink is None else sink
    more = {"dtype": torch.float32, "batch_tokens": 64} | more
    quantize_model(spec, settings, tokens, sink=sink, context=context or SilentContext(), **more)
    return sink


def _same(one, other):
    one, other = one.everything(), other.everything()
    assert one.keys() == other.keys()
    for name, item in one.items():
        match = other[name]
        if not isinstance(item, tuple):
            assert torch.equal(item, match), name
            continue
        for part in ("codes", "scales", "zeros"):
            assert torch.equal(getattr(item[0], part), getattr(match[0], part)), (name, part)
        assert (item[1] is None) == (match[1] is None)
        if item[1] is not None:
            assert torch.equal(item[1].a, match[1].a)
            assert torch.equal(item[1].b, match[1].b)


@torch.no_grad()
def _whole_model_reference(spec, tokens, settings):
    """Block by block on the whole model in memory, grams in float64 from hooks on the full forward."""
    model, parts, expected = load_float(spec, torch.float32, "cpu"), structure(spec), {}
    for block in parts.blocks:
        inputs = {}
        hooks = [
            model.get_submodule(linear.name).register_forward_pre_hook(
                lambda _, args, name=linear.name, inputs=inputs: inputs.__setitem__(name, args[0])
            )
            for linear in block.linears
        ]
        model(tokens)
        for hook in hooks:
            hook.remove()
        for linear in block.linears:
            x = inputs[linear.name].reshape(-1, linear.in_features).double()
            weight = model.get_submodule(linear.name).weight
            matrix = weight.T if linear.transposed else weight
            result = solve(matrix.contiguous(), codec_for(settings, 3), "gptq", (x.T @ x / len(x)).float())
            value = result.dequantize()
            weight.copy_(value.T if linear.transposed else value)
            expected[linear.name] = result
    return expected


def test_that_the_loop_does_what_the_whole_model_in_memory_gives(spec, tokens):
    expected = _whole_model_reference(spec, tokens, SETTINGS)
    found = _run(spec, tokens).matrices()
    assert found.keys() == expected.keys()
    for name, (quantized, _) in found.items():
        # A code at the edge of two levels may fall either way with the last digit of a sum.
        same = (quantized.codes == expected[name].codes).double().mean()
        assert same > 0.995, (name, same)


def test_that_everything_that_is_not_a_matrix_is_sent_as_it_was(spec, tokens):
    sent = _run(spec, tokens).everything()
    model = load_float(spec, torch.float32, "cpu")
    linears = {linear.name for linear in structure(spec).linears()}
    wanted = {name for name, _ in model.named_parameters() if name.removesuffix(".weight") not in linears}
    assert {name for name, item in sent.items() if not isinstance(item, tuple)} == wanted
    for name in wanted:
        assert torch.equal(sent[name], model.get_parameter(name).to(torch.bfloat16)), name


@pytest.mark.parametrize("checkpoints", [0, 1, 5, 9, 14, 17, 22, 27, 33, 38, 41, 45])
def test_that_a_run_stopped_anywhere_and_resumed_gives_the_same_bytes(llama, tokens, tmp_path, checkpoints):
    whole = _run(llama, tokens, repair=ActivationRepair(rank=2))
    sink, more = KeepingSink(), {"repair": ActivationRepair(rank=2), "hidden_dir": tmp_path}
    with pytest.raises(Interrupted):
        _run(llama, tokens, sink, InterruptingContext(checkpoints), **more)
    sink.open = {}
    context = SilentContext()
    _run(llama, tokens, sink, context, **more)
    _same(sink, whole)
    assert not any(isinstance(event, Notice) and event.code == "hidden-states-gone" for event in context.events)
    assert list(tmp_path.iterdir()) == []  # the hidden states are deleted at the end


@pytest.mark.parametrize("block", [0, 1, 2])
@pytest.mark.parametrize("kept", [True, False])
def test_that_a_kill_between_hidden_states_and_block_is_survived(spec, tokens, tmp_path, block, kept):
    folder = tmp_path if kept else None
    sink = KeepingSink(fail_at=block)
    with pytest.raises(KeyboardInterrupt):
        _run(spec, tokens, sink, hidden_dir=folder)
    sink.fail_at = None
    context = SilentContext()
    _run(spec, tokens, sink, context, hidden_dir=folder)
    _same(sink, _run(spec, tokens))
    told = any(isinstance(event, Notice) and event.code == "hidden-states-gone" for event in context.events)
    assert told == (not kept and block > 0)


def test_that_hidden_states_of_other_text_are_not_taken_up(llama, tokens, tmp_path):
    sink = KeepingSink(fail_at=1)
    with pytest.raises(KeyboardInterrupt):
        _run(llama, tokens.flip(0), sink, hidden_dir=tmp_path)
    fresh = _run(llama, tokens, KeepingSink(), hidden_dir=tmp_path)
    _same(fresh, _run(llama, tokens))


def test_that_hidden_states_in_a_file_and_in_memory_give_the_same(llama, tokens, tmp_path):
    _same(_run(llama, tokens, hidden_dir=tmp_path), _run(llama, tokens))


def test_that_a_repair_is_seen_by_the_blocks_after_it(llama, tokens):
    class Perfect:
        def repair(self, name, weight, quantized, gram):
            return LowRank(a=torch.eye(weight.shape[1]), b=weight - quantized.dequantize())

    class Watching(Perfect):
        grams = {}

        def repair(self, name, weight, quantized, gram):
            self.grams[name] = gram
            return super().repair(name, weight, quantized, gram)

    watching = Watching()
    _run(llama, tokens, repair=watching)
    # With perfect repairs every block sees what it sees in the float model.
    model, seen = load_float(llama, torch.float32, "cpu"), {}
    for name in watching.grams:
        model.get_submodule(name).register_forward_pre_hook(
            lambda _, args, name=name: seen.__setitem__(name, args[0].reshape(-1, args[0].shape[-1]))
        )
    with torch.no_grad():
        model(tokens)
    for name, gram in watching.grams.items():
        torch.testing.assert_close(gram, seen[name].T @ seen[name] / len(seen[name]), rtol=2e-3, atol=2e-3)


def test_that_events_tell_each_matrix_before_and_after_repair(llama, tokens):
    context = SilentContext()
    _run(llama, tokens, context=context, repair=ActivationRepair(rank=4))
    layers = [event for event in context.events if isinstance(event, LayerFinished)]
    before = {event.layer: event for event in layers if event.phase == "before"}
    after = {event.layer: event for event in layers if event.phase == "after"}
    assert before.keys() == after.keys() == {linear.name for linear in structure(llama).linears()}
    for name, event in before.items():
        assert after[name].error_db < event.error_db < -5
        assert after[name].bits > event.bits > 3
    assert [event for event in context.events if isinstance(event, Progress)][-1].done == 21


def test_that_skip_patterns_leave_matrices_alone(llama, tokens):
    sink = _run(llama, tokens, settings=Quantize(bits=3.0, group_size=32, skip=("down_proj", "*.layers.0.*")))
    names = set(sink.matrices())
    assert len(names) == 12
    assert not any(fnmatch(name, "*down_proj") or ".layers.0." in name for name in names)
    assert "model.layers.0.self_attn.q_proj.weight" in sink.everything()


@pytest.mark.parametrize("solver", ["nearest", "search"])
def test_that_solvers_without_text_resume_too(spec, solver):
    settings = Quantize(bits=4.0, group_size=32, solver=solver)
    whole = _run(spec, None, settings=settings)
    sink = KeepingSink(fail_at=1)
    with pytest.raises(KeyboardInterrupt):
        _run(spec, None, sink, settings=settings)
    sink.fail_at = None
    _run(spec, None, sink, settings=settings)
    _same(sink, whole)


def test_that_gptq_without_text_is_refused(llama):
    with pytest.raises(UserError) as caught:
        _run(llama, None)
    assert caught.value.code == "gptq-without-text"


@pytest.mark.parametrize("bits", [4, 8])
def test_that_embedding_and_head_are_quantized_on_request(llama, tokens, bits):
    sink = _run(llama, tokens, settings=Quantize(bits=3.0, group_size=32, head_bits=bits))
    embedding = sink.matrices()["model.embed_tokens"][0]
    assert embedding.codec.bits == bits
    model = load_float(llama, torch.float32, "cpu")
    error = embedding.dequantize() - model.model.embed_tokens.weight
    power = error.square().sum() / model.model.embed_tokens.weight.square().sum()
    assert power < (0.01 if bits == 4 else 1e-4)
    assert "lm_head" not in sink.matrices()  # tied: the embedding's


@pytest.mark.parametrize("mixed", ["sensitivity", "first-layers"])
def test_that_a_fraction_of_bits_mixes_widths_and_resumes(llama, tokens, tmp_path, mixed):
    settings = Quantize(bits=2.75, group_size=32, mixed=mixed)
    whole = _run(llama, tokens, settings=settings)
    sink = KeepingSink(fail_at=1)
    with pytest.raises(KeyboardInterrupt):
        _run(llama, tokens, sink, settings=settings, hidden_dir=tmp_path)
    sink.fail_at = None
    _run(llama, tokens, sink, settings=settings, hidden_dir=tmp_path)
    _same(sink, whole)
    sizes = [(quantized.codec.bits, quantized.codes.numel()) for quantized, _ in whole.matrices().values()]
    mean = sum(width * size for width, size in sizes) / sum(size for _, size in sizes)
    assert 2 < mean <= 2.75
    assert len({width for width, _ in sizes}) > 1
    if mixed == "sensitivity":
        assert mean > 2.6


def test_that_the_sequential_order_gives_later_matrices_the_quantized_ones_before(llama, tokens):
    plain, ordered = _run(llama, tokens).matrices(), _run(llama, tokens, sequential=True).matrices()
    first = "model.layers.0.self_attn.q_proj"
    assert torch.equal(plain[first][0].codes, ordered[first][0].codes)
    last = "model.layers.0.mlp.down_proj"
    assert not torch.equal(plain[last][0].codes, ordered[last][0].codes)


def test_that_the_prefix_correction_brings_the_last_hidden_states_closer(llama, tokens):
    float_model = load_float(llama, torch.float32, "cpu")

    def distance(share):
        found = _run(llama, tokens, settings=Quantize(bits=2.0, group_size=32), prefix_correction=share).matrices()
        model = load_float(llama, torch.float32, "cpu")
        for name, (quantized, _) in found.items():
            model.get_submodule(name).weight.data.copy_(quantized.dequantize())
        with torch.no_grad():
            want, have = float_model.model(tokens).last_hidden_state, model.model(tokens).last_hidden_state
        return float((want - have).square().mean())

    assert distance(0.5) < distance(0.0)


@pytest.mark.parametrize("checkpoints", [4, 16, 30, 44])
def test_that_a_packed_folder_resumed_holds_the_same_bytes(llama, tokens, tmp_path, checkpoints):
    from lowbit_core.packed import PackedFolder

    def folder(name):
        return PackedFolder(tmp_path / name, tmp_path / f"{name}-adapter", llama, structure(llama))

    def files(name):
        roots = [tmp_path / name, tmp_path / f"{name}-adapter"]
        return {path.name: path.read_bytes() for root in roots for path in root.rglob("*") if path.is_file()}

    more = {"repair": ActivationRepair(rank=2), "hidden_dir": tmp_path / "hidden"}
    _run(llama, tokens, folder("whole"), **more)
    with pytest.raises(Interrupted):
        _run(llama, tokens, folder("stopped"), InterruptingContext(checkpoints), **more)
    _run(llama, tokens, folder("stopped"), **more)
    whole, resumed = files("whole"), files("stopped")
    assert any(name.endswith(".safetensors") for name in whole)
    assert whole.keys() == resumed.keys()
    for name, content in whole.items():
        if name.endswith(".safetensors"):
            assert resumed[name] == content, name
