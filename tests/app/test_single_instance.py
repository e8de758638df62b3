"""One window: a second start hands its recipe over."""

from app.shell.single_instance import SingleInstance


def test_that_a_second_start_hands_its_recipe_to_the_first(qtbot, tmp_path):
    first, asked = SingleInstance(tmp_path), []
    first.asked.connect(asked.append)
    assert first.first()
    assert not SingleInstance(tmp_path).first("/a/recipe.toml")
    qtbot.waitUntil(lambda: asked == ["/a/recipe.toml"], timeout=5000)
    other_home = SingleInstance(tmp_path / "other")
    assert other_home.first()
    other_home.close()
    first.close()
