"""Every recipe that comes with the program is read and planned; the folder is walked, not listed."""

import pytest

from lowbit_core.cli.recipe_argument import read_recipe
from lowbit_core.context import SilentContext
from lowbit_core.data import open_data
from lowbit_core.data.files import find_text
from lowbit_core.jobs.planning import check_space, plan_run
from lowbit_core.jobs.stages import stages_of
from lowbit_core.recipe.presets import preset_names
from lowbit_core.source import resolve


@pytest.mark.parametrize("name", preset_names())
def test_that_a_preset_is_read_and_its_data_and_text_are_there(name):
    recipe = read_recipe(name)
    assert stages_of(recipe)
    if recipe.data.source.startswith("sample:"):
        assert open_data(recipe.data).report().validation > 0
    if recipe.evaluate.text.startswith("sample:"):
        assert find_text(recipe.evaluate.text).is_file()


@pytest.mark.starter
def test_that_the_starter_recipe_fits_a_small_laptop_by_its_plan(tmp_path):
    recipe = read_recipe("starter")
    _, made = plan_run(recipe, resolve("starter", context=SilentContext()), tmp_path)
    check_space(made)
    assert made.worst("ram") < 4e9
    assert made.total_seconds < 600
