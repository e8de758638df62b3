import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core.errors import UserError
from lowbit_core.model import Block, Linear, Structure
from lowbit_core.quantize import Choice, codec_for, first_layers, sensitivity
from lowbit_core.recipe.schema import Quantize


def _structure(layers):
    blocks = tuple(
        Block(
            name=f"m.{index}",
            index=index,
            linears=(Linear(name=f"m.{index}.q", matrix="q", out_features=4, in_features=4),),
        )
        for index in range(layers)
    )
    return Structure(blocks_name="m", blocks=blocks, embedding="e", norm="n", head="h", tied=False)


# LoftQ's own examples: 32 layers; 2.25 bits -> 4 layers at 4 bits, 2.5 -> 8, 2.75 -> 12.
@pytest.mark.parametrize(("bits", "at_four"), [(2.25, 4), (2.5, 8), (2.75, 12), (2.0, 0), (4.0, 32)])
def test_that_the_first_layers_rule_is_loftqs(bits, at_four):
    widths = first_layers(_structure(32), bits)
    assert [widths[f"m.{index}.q"] for index in range(32)] == [4] * at_four + [2] * (32 - at_four)


CHOICES = st.lists(
    st.tuples(st.sampled_from([16, 48, 64]), st.floats(0.1, 100), st.floats(0.05, 0.9), st.floats(0.05, 0.9)),
    min_size=1,
    max_size=5,
)


def _choices(items):
    return [
        Choice(name=str(index), weights=weights, errors={2: two, 3: two * a, 4: two * a * b, 8: two * a * b / 100})
        for index, (weights, two, a, b) in enumerate(items)
    ]


@given(CHOICES, st.floats(2, 8))
def test_that_sensitivity_keeps_its_budget_and_comes_close_to_the_best_of_all(items, bits):
    choices = _choices(items)
    total = sum(choice.weights for choice in choices)

    def cost(widths):
        return sum(width * choice.weights for width, choice in zip(widths, choices, strict=True))

    def error(widths):
        return sum(choice.errors[width] for width, choice in zip(widths, choices, strict=True))

    found = sensitivity(choices, bits)
    widths = [found[choice.name] for choice in choices]
    assert cost(widths) <= bits * total + 1e-9
    every = [item for item in itertools.product((2, 3, 4, 8), repeat=len(choices)) if cost(item) <= bits * total + 1e-9]
    best = min(error(item) for item in every)
    # The hull's steps are optimal up to the one that does not fit: at most one matrix's gain is lost.
    worst_step = max(choice.errors[2] - choice.errors[8] for choice in choices)
    assert error(widths) <= best + worst_step + 1e-9


def test_that_the_matrix_that_loses_more_gets_the_bits():
    choices = [
        Choice(name="dull", weights=100, errors={2: 1.0, 3: 0.3, 4: 0.1}),
        Choice(name="touchy", weights=100, errors={2: 50.0, 3: 12.0, 4: 3.0}),
    ]
    assert sensitivity(choices, 3.0) == {"dull": 2, "touchy": 4}


def test_that_a_mixture_above_4_bits_gives_8_to_the_matrix_that_needs_them():
    choices = [
        Choice(name="dull", weights=300, errors={2: 1.0, 3: 0.3, 4: 0.1, 8: 0.01}),
        Choice(name="touchy", weights=20, errors={2: 50.0, 3: 12.0, 4: 3.0, 8: 0.1}),
    ]
    assert sensitivity(choices, 4.25) == {"dull": 4, "touchy": 8}


def test_that_the_first_layers_rule_ends_at_4_bits():
    with pytest.raises(UserError, match="first-layers mixture"):
        first_layers(_structure(4), 4.5)


def test_that_too_few_bits_are_refused():
    with pytest.raises(UserError, match="smallest width"):
        sensitivity([Choice(name="a", weights=10, errors={2: 1.0})], 1.5)


def test_that_codecs_not_built_are_refused_by_name():
    with pytest.raises(UserError, match="neural"):
        codec_for(Quantize(codec="neural"), 4)
    with pytest.raises(UserError, match="5 bits"):
        codec_for(Quantize(), 5)
