"""The recipe editor: values, undo, files, mistakes at their keys."""

import pytest

from app.engine import Recipe, UserError, load_recipe, preset_recipe
from app.state.recipe_edit import RecipeEditor
from app.state.run_presets import PRESETS, preset_of


@pytest.fixture
def editor(qapp):
    return RecipeEditor()


def test_that_a_change_makes_a_recipe_and_can_be_undone_and_redone(editor):
    editor.set("quantize.bits", 3.0)
    assert editor.recipe.quantize.bits == 3
    editor.undo_stack.undo()
    assert editor.recipe == Recipe()
    editor.undo_stack.redo()
    assert editor.recipe.quantize.bits == 3


def test_that_several_keys_are_one_step(editor):
    editor.change(PRESETS["quick"], "quick")
    assert preset_of(editor) == "quick"
    editor.undo_stack.undo()
    assert editor.recipe == Recipe()


def test_that_typing_into_one_field_is_one_step_and_another_field_another(editor):
    for rank in (1, 12, 128):
        editor.set("tune.rank", rank)
    editor.set("tune.alpha", 8.0)
    editor.undo_stack.undo()
    assert (editor.value("tune.rank"), editor.value("tune.alpha")) == (128, 32.0)
    editor.undo_stack.undo()
    assert editor.value("tune.rank") == 16


def test_that_a_mistake_is_told_at_its_key_and_the_last_valid_recipe_stays(editor):
    editor.set("tune.rank", 0)
    assert not editor.valid
    assert "at least 1" in editor.errors["tune.rank"].hint
    assert editor.recipe.tune.rank == 16
    editor.set("tune.rank", 4)
    assert editor.valid
    assert editor.recipe.tune.rank == 4


def test_that_setting_the_same_value_is_no_step(editor):
    editor.set("tune.rank", 16)
    assert editor.undo_stack.count() == 0


def test_that_a_saved_recipe_opens_as_the_same(editor, tmp_path):
    editor.replace(preset_recipe("starter"), "starter")
    path = tmp_path / "mine.toml"
    editor.save(path)
    assert editor.undo_stack.isClean()
    assert load_recipe(path) == preset_recipe("starter")
    other = RecipeEditor()
    other.open(path)
    assert other.recipe == editor.recipe
    assert other.path == path


def test_that_a_broken_file_is_refused_and_nothing_is_lost(editor, tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("[model\n")
    editor.set("tune.rank", 5)
    with pytest.raises(UserError):
        editor.open(path)
    assert editor.value("tune.rank") == 5
