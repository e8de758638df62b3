"""The tree as the design draws it: packages listed, no work at import, a README that is current."""

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_that_every_package_folder_is_listed_in_pyproject():
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    places = {"lowbit_core": "lowbit_core", "app": "app", "kernels": "lowbit_core.kernels"}
    found = {"app.resources"}
    for folder, package in places.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            inner = init.parent.relative_to(ROOT / folder).parts
            found.add(".".join([package, *inner]))
    assert found == listed


def test_that_packaging_is_no_package_and_nothing_is_called_kernels():
    assert not (ROOT / "packaging" / "__init__.py").exists()
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec('kernels') is not None)"
    assert subprocess.run([sys.executable, "-c", code], cwd="/", check=False).returncode == 0


def test_that_the_light_half_and_the_window_load_no_torch():
    code = (
        "import sys, lowbit_core, lowbit_core.recipe, lowbit_core.events, lowbit_core.commands, lowbit_core.source, "
        "lowbit_core.data, lowbit_core.plan, lowbit_core.machine, lowbit_core.formats, lowbit_core.cli.main, "
        "app.engine, app.shell.main\n"
        "bad = [name for name in ('torch', 'transformers', 'peft', 'datasets', 'pyarrow') if name in sys.modules]\n"
        "assert not bad, bad"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_that_the_tree_in_the_readme_is_current():
    spec = importlib.util.spec_from_file_location("readme_tree", ROOT / "packaging" / "readme_tree.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert module.rewritten(readme) == readme, "run python packaging/readme_tree.py"
