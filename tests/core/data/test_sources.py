import json
import subprocess
import sys

import pytest

from lowbit_core.data import Turn, default_samples_folder, open_data
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.recipe.schema import Data


def put(path, *texts):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps({"text": text}) for text in texts))


def test_that_sidecar_files_do_not_break_a_folder(tmp_path):
    put(tmp_path / "train.jsonl", "a", "b", "c")
    (tmp_path / "dataset_info.json").write_text('{"features": {}}')
    (tmp_path / "state.json").write_text("not even JSON")
    (tmp_path / "README.md").write_text("# words")
    (tmp_path / "notes.txt").write_text("words")
    (tmp_path / "extra.json").write_text("{}")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.jsonl").write_text("broken")
    source = open_data(Data(source=str(tmp_path), validation=0.0))
    assert [one.text for one in source] == ["a", "b", "c"]
    assert source.report().files == ("train.jsonl",)
    assert {name for name, _ in source.report().ignored} == {
        "dataset_info.json", "state.json", "README.md", "notes.txt", "extra.json", "picture.png",
    }  # fmt: skip


@pytest.mark.parametrize(
    "names", [("train.jsonl", "validation.jsonl"), ("train/0.jsonl", "dev/0.jsonl"), ("a.jsonl", "b_val-00000.jsonl")]
)
def test_that_split_names_are_respected(names, tmp_path):
    put(tmp_path / names[0], "a", "b")
    put(tmp_path / names[1], "v")
    put(tmp_path / "test.jsonl", "t")
    source = open_data(Data(source=str(tmp_path)))
    assert [one.text for one in source] == ["a", "b"]
    assert [one.text for one in source.examples("validation")] == ["v"]
    assert source.report().notices[0].code == "data-own-validation"
    assert ("test.jsonl", "kept for testing") in source.report().ignored


def test_that_a_table_runs_over_several_files(tmp_path):
    put(tmp_path / "a.jsonl", "0", "1", "2")
    put(tmp_path / "b.jsonl", "3")
    put(tmp_path / "c.jsonl", "4", "5")
    source = open_data(Data(source=str(tmp_path)))
    for first in range(7):
        assert [row.cells["text"] for row in source.sample(first, 3)] == list("012345")[first : first + 3]


def test_that_a_folder_saved_by_datasets_is_read(tmp_path):
    datasets = pytest.importorskip("datasets")
    table = datasets.Dataset.from_list([{"question": f"q{n}", "answer": f"a{n}"} for n in range(5)])
    datasets.DatasetDict(train=table, validation=table.select([0])).save_to_disk(str(tmp_path / "saved"))
    report = open_data(Data(source=str(tmp_path / "saved"))).report()
    assert (report.format, report.examples, report.validation) == ("question-answer", 6, 1)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "data-none"),
        ("nowhere.jsonl", "data-not-found"),
        ("hub:a b", "data-hub-name"),
        ("sample:none", "data-sample-unknown"),
    ],
)
def test_that_a_wrong_source_is_explained(source, code, tmp_path):
    with pytest.raises(UserError) as caught:
        open_data(Data(source=source), folder=tmp_path, samples=tmp_path)
    assert caught.value.code == code


def test_that_an_unknown_kind_of_file_and_an_empty_folder_are_explained(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK")
    for path, code in ((tmp_path / "a.docx", "data-unknown-file"), (tmp_path, "data-folder-empty")):
        with pytest.raises(UserError) as caught:
            open_data(Data(source=str(path)))
        assert caught.value.code == code


def test_that_relative_paths_start_from_the_given_folder(tmp_path):
    put(tmp_path / "a.jsonl", "x", "y")
    assert open_data(Data(source="a.jsonl"), folder=tmp_path).report().examples == 2


def test_that_a_hub_data_set_is_read_by_split():
    rows = [{"question": f"q{n}", "answer": f"a{n}"} for n in range(4)]
    calls = []

    def loader(name, config):
        calls.append((name, config))
        return {"test": rows[:1], "train": rows, "validation": rows[:2]}

    source = open_data(Data(source="hub:org/name#main"), loader=loader)
    assert calls == [("org/name", "main")]
    assert next(iter(source)).messages == (Turn("user", "q0"), Turn("assistant", "a0"))
    assert source.report().validation == 2
    assert source.report().files == ("org/name[train]", "org/name[validation]")
    assert source.sample(3, 5)[0].where == "org/name[train]:4"


class DatasetNotFoundError(FileNotFoundError):
    pass


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DatasetNotFoundError("Dataset 'x/y' doesn't exist on the Hub"), "data-hub-not-found"),
        (DatasetNotFoundError("Dataset 'x/y' is a gated dataset on the Hub"), "data-hub-gated"),
        (RuntimeError("Dataset scripts are no longer supported, but found y.py"), "data-hub-script"),
        (
            ValueError("Config name is missing.\nPlease pick one among the available configs: ['a', 'b']"),
            "data-hub-config",
        ),
        (ConnectionError("Couldn't reach the Hub"), "data-hub-offline"),
        (KeyError("odd"), "data-hub-failed"),
    ],
)
def test_that_errors_of_the_hub_are_explained(error, code):
    def loader(name, config):
        raise error

    with pytest.raises(UserError) as caught:
        open_data(Data(source="hub:x/y"), loader=loader)
    assert caught.value.code == code


def test_that_reading_can_be_interrupted(tmp_path):
    class Stopping:
        def emit(self, event):
            pass

        def checkpoint(self):
            raise Interrupted("cancel")

    put(tmp_path / "a.jsonl", "x")
    with pytest.raises(Interrupted):
        open_data(Data(source=str(tmp_path / "a.jsonl")), context=Stopping()).report()


def test_that_the_room_loads_neither_torch_nor_pyarrow():
    code = (
        "import sys, lowbit_core.data\nassert not {'torch', 'transformers', 'pyarrow', 'datasets'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("name", "kind", "rows"), [("workshop", "messages", 110), ("heron", "text", 5), ("birds", "question-answer", 55)]
)
def test_that_the_samples_that_come_with_the_program_are_whole(name, kind, rows):
    assert default_samples_folder() is not None
    report = open_data(Data(source=f"sample:{name}")).report()
    assert report.format == kind
    assert report.examples >= rows
    assert (report.refused_count, report.duplicates) == (0, 0)
