"""Files and folders dropped on the New run page, looked at by the real engine: what they are, or why not."""

from __future__ import annotations

import csv
import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.pages.new_run import NewRunPage
from app.state.services import Services
from app.views.drop_zone import DropZone

pytestmark = pytest.mark.slow

PATIENCE_MS = 240_000
ROWS = [(f"n{n}?", f"It is {n * 7 % 10}.") for n in range(12)]


@pytest.fixture
def page(settings, look, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))
    services = Services(settings=settings)
    made = NewRunPage(services)
    made.resize(1000, 700)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.hide()
    assert services.close()
    made.deleteLater()
    services.deleteLater()


@pytest.fixture
def files(tmp_path):
    """Data of every kind, and what is none."""
    folder = tmp_path / "data"
    folder.mkdir()
    turns = [[{"role": "user", "content": q}, {"role": "assistant", "content": a}] for q, a in ROWS]
    (folder / "rows.jsonl").write_text("".join(json.dumps({"messages": row}) + "\n" for row in turns))
    with (folder / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("question", "answer"), *ROWS])
    questions, answers = zip(*ROWS, strict=True)
    pq.write_table(pa.table({"prompt": questions, "completion": answers}), folder / "rows.parquet")
    (folder / "many").mkdir()
    shutil.copy(folder / "rows.jsonl", folder / "many" / "first.jsonl")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8\xff\xe0 no data at all")
    (folder / "torn.parquet").write_bytes(b"PAR1 and then nothing")
    return folder


def found(page, qtbot):
    """The page's answer to what was dropped last: its format, or the refusal."""
    choice = page.data_choice
    qtbot.waitUntil(lambda: choice._inspecting == 0 and (choice.found or choice.error) is not None, timeout=PATIENCE_MS)
    return choice.found.format if choice.found is not None else choice.error.code


def test_that_data_of_every_kind_is_known_and_what_is_none_is_refused(page, files, drop_file, qtbot):
    zone = page.data_view.findChild(DropZone)
    seen = {}
    for name in ("rows.jsonl", "holiday.jpg", "rows.csv", "torn.parquet", "rows.parquet", "many"):
        assert drop_file(zone, files / name), name
        assert page.editor.recipe.data.source == str(files / name)
        seen[name] = found(page, qtbot)
        said = page.data_view._status.text()
        assert said, name
        if page.data_choice.found is not None:
            assert page.data_choice.found.examples + page.data_choice.found.validation >= 12, name
        else:
            assert "Traceback" not in said
            assert page.data_choice.error.hint, name
    assert seen["rows.jsonl"] == seen["many"] == "messages"
    assert seen["rows.csv"] == "question-answer"
    assert seen["rows.parquet"] == "prompt-completion"
    assert {seen["holiday.jpg"], seen["torn.parquet"]}.isdisjoint({"messages", "child-ended"})


def test_that_models_are_taken_as_a_folder_or_a_gguf_and_nothing_else(page, files, drop_file, qtbot, tiny_llama, gguf):
    zone, choice = page.model_view.findChild(DropZone), page.model_choice
    for path, source, layers in ((tiny_llama, f"path:{tiny_llama}", 3), (gguf, f"gguf:{gguf}", 1)):
        assert drop_file(zone, path)
        qtbot.waitUntil(lambda: not choice.busy, timeout=PATIENCE_MS)
        assert choice.error is None, choice.error
        assert (choice.spec.source, choice.spec.layers) == (source, layers)
    assert drop_file(zone, files / "holiday.jpg")
    assert "no model" in page.model_view._status.text()
    assert choice.spec.source == f"gguf:{gguf}"
    broken = files / "broken.gguf"
    broken.write_bytes(b"GGUF\x03\x00")
    assert drop_file(zone, broken)
    qtbot.waitUntil(lambda: not choice.busy, timeout=PATIENCE_MS)
    assert choice.spec is None
    assert choice.error.code != "child-ended"
    assert choice.error.message in page.model_view._status.text()


def test_that_text_and_pictures_from_elsewhere_are_not_taken(page, qapp):
    from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
    from PySide6.QtGui import QDragEnterEvent

    for zone in page.findChildren(DropZone):
        for make in (
            lambda data: data.setText("words"),
            lambda data: data.setUrls([QUrl("https://example.org/a.jsonl")]),
        ):
            data = QMimeData()
            make(data)
            event = QDragEnterEvent(
                QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            )
            event.ignore()
            qapp.sendEvent(zone, event)
            assert not event.isAccepted()


@pytest.fixture
def gguf(tmp_path):
    """A tiny llama GGUF, written by the gguf package."""
    import gguf as package
    import numpy as np

    path = tmp_path / "tiny.gguf"
    writer = package.GGUFWriter(path, "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_token_list(["a", "b", "c"])
    shapes = {"token_embd": (3, 32), "output_norm": (32,), "blk.0.attn_q": (32, 32), "blk.0.attn_k": (16, 32)}
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", np.ones(shape, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
