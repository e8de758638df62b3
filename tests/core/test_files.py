import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from lowbit_core import files
from lowbit_core.errors import UserError
from lowbit_core.files import (
    app_folder,
    atomic_file,
    file_sha256,
    free_disk_bytes,
    write_json_atomic,
    write_text_atomic,
)


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_that_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "new" / "a.json"
    write_json_atomic(path, {"ü": [1, 2]})
    assert json.loads(path.read_text(encoding="utf-8")) == {"ü": [1, 2]}
    write_text_atomic(path, "x\r\ny\n")
    assert path.read_bytes() == b"x\r\ny\n"
    assert names(path.parent) == ["a.json"]


def test_that_an_error_in_the_middle_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write_text_atomic(path, "old")

    def half_a_write():
        with atomic_file(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_a_write()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk-full"), (errno.EACCES, "folder-unwritable"), (errno.EROFS, "folder-unwritable")],
)
def test_that_the_systems_refusals_are_explained(tmp_path, monkeypatch, number, code):
    def refuse(file):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "flush_to_disk", refuse)
    with pytest.raises(UserError) as caught:
        write_text_atomic(tmp_path / "a", "x")
    assert caught.value.code == code
    assert caught.value.hint
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_that_a_really_full_device_is_told_as_disk_full():
    from lowbit_core.files import explain_write_errors

    def fill():
        with explain_write_errors(Path("/dev/full")), Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"x")

    with pytest.raises(UserError) as caught:
        fill()
    assert caught.value.code == "disk-full"


def test_that_a_file_in_the_place_of_a_folder_is_explained(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(UserError) as caught:
        write_text_atomic(tmp_path / "f" / "a", "x")
    assert caught.value.code == "folder-unwritable"


def test_that_hashes_are_those_of_the_bytes(tmp_path):
    data = os.urandom(3_000_000)
    (tmp_path / "a").write_bytes(data)
    assert file_sha256(tmp_path / "a") == hashlib.sha256(data).hexdigest()


def test_that_the_apps_folder_can_be_moved(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path))
    assert app_folder() == tmp_path
    monkeypatch.delenv("LOWBIT_HOME")
    assert "lowbit-studio" in str(app_folder())


def test_that_free_space_is_known_for_folders_to_come(tmp_path):
    assert free_disk_bytes(tmp_path / "not" / "yet") > 0
