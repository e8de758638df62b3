"""The CUDA sources compile for every architecture the program ships, without a GPU."""

import pytest

pytest.importorskip("cuda.core")

from lowbit_core.kernels.cuda.compile import ARCHITECTURES, FOLDER, CompileError, cubin
from lowbit_core.kernels.cuda.variants import AttentionVariant, DistillingVariant, PrologueVariant, Variant, shipped


def sample(architecture, *, products=True):
    """A variant of each source, those that use most of it."""
    bfloat16 = architecture != "sm_75"
    yield "prologue.cu", PrologueVariant(mode="rms-norm", vectors=3, bfloat16=bfloat16)
    yield "attention.cu", AttentionVariant(head_dim=128, group=4, bfloat16=bfloat16)
    yield "dequantize.cu", Variant(bits=3, grid="zeros", bfloat16=bfloat16, wide=True)
    yield "divergence.cu", DistillingVariant(bfloat16)
    yield "latent.cu", DistillingVariant(bfloat16)
    yield "latent.cu", DistillingVariant(bfloat16, backward=True)
    if products:
        fused = {"segments": 3, "low_rank": True, "tiles": 2, "group": 64}
        yield "gemv.cu", Variant(bits=3, grid="zeros", bfloat16=bfloat16, **fused)
        yield "gemv.cu", Variant(bits=4, grid="levels", bfloat16=False, group=32)
        if architecture != "sm_75":
            yield "gemv.cu", Variant(bits=3, grid="zeros", bfloat16=True, int8=True, **fused)
            yield "gemv.cu", Variant(bits=2, grid="fixed", bfloat16=False, int8=True, group=32, ahead=2)


def test_that_small_sources_compile_for_the_oldest_and_a_new_architecture(tmp_path):
    for architecture in ("sm_75", "sm_90"):
        for source, variant in sample(architecture, products=False):
            assert cubin(source, variant.macros(), architecture, cache=tmp_path).startswith(b"\x7fELF")


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_that_every_source_compiles_for(architecture, tmp_path):
    for source, variant in sample(architecture):
        assert cubin(source, variant.macros(), architecture, cache=tmp_path).startswith(b"\x7fELF")


def test_that_compiled_code_is_kept_and_a_mistake_is_told(tmp_path):
    macros = AttentionVariant(head_dim=64, group=1, bfloat16=False).macros()
    code = cubin("attention.cu", macros, "sm_90", cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == code
    kept.write_bytes(b"kept")
    assert cubin("attention.cu", macros, "sm_90", cache=tmp_path) == b"kept"
    with pytest.raises(CompileError, match=r"attention\.cu does not compile for sm_90"):
        cubin("attention.cu", {**macros, "D": 0}, "sm_90", cache=tmp_path / "other")


def test_that_shipped_variants_are_each_named_once():
    for architecture in ARCHITECTURES:
        found = [(source, tuple(sorted(macros.items()))) for source, macros in shipped(architecture)]
        assert len(found) == len(set(found))
        assert {source for source, _ in found} == {path.name for path in FOLDER.glob("*.cu")}
