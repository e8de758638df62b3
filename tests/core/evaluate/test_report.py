from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lowbit_core.errors import UserError
from lowbit_core.evaluate import Report, Row, read_text_ids, report_from_json

REPORT = Report(
    model="starter",
    text="wikitext.txt",
    context=2048,
    stride=2048,
    tokens=1_000,
    device="cpu",
    rows=(
        Row(name="float", perplexity=21.62, model_bits=16.0, model_bytes=269_000_000),
        Row(name="quantized", perplexity=36.4, kl=0.51, top1=0.7, bits=3.3, model_bits=5.1, model_bytes=86_000_000),
    ),
)


def test_that_a_report_survives_json():
    assert report_from_json(json.loads(json.dumps(REPORT.to_json()))) == REPORT


@pytest.mark.parametrize("change", [{"version": 2}, {"extra": 1}, {"rows": [{"name": "float", "odd": 1}]}])
def test_that_another_version_or_unknown_fields_are_refused(change):
    with pytest.raises(ValueError, match=r"report|odd"):
        report_from_json(REPORT.to_json() | change)


def test_that_the_table_shows_what_was_measured_and_a_dash_for_the_rest():
    lines = REPORT.table().splitlines()
    assert "1,000 tokens in windows of 2048, on cpu" in lines[0]
    assert lines[1].split() == ["perplexity", "KL", "top-1", "%", "bits", "model", "bits", "MB"]
    assert lines[2].split() == ["float", "21.62", "-", "-", "-", "16.00", "269.0"]
    assert lines[3].split() == ["quantized", "36.4", "0.5100", "70.0", "3.30", "5.10", "86.0"]
    assert len({len(line) for line in lines[1:]}) == 1
    assert "stride 512" in replace(REPORT, stride=512).table()


def test_that_a_text_that_cannot_be_read_is_explained(tmp_path: Path):
    with pytest.raises(UserError) as caught:
        read_text_ids(tmp_path / "none.txt", None)
    assert caught.value.code == "text-unreadable"
    broken = tmp_path / "latin.txt"
    broken.write_bytes("é".encode("latin-1"))
    with pytest.raises(UserError) as caught:
        read_text_ids(broken, None)
    assert caught.value.code == "text-encoding"


def test_that_the_line_ends_of_a_file_do_not_change_its_tokens(tmp_path):
    class Letters:
        def __call__(self, text, **_):
            return type("Encoding", (), {"input_ids": [ord(letter) for letter in text]})()

    unix, windows = tmp_path / "unix.txt", tmp_path / "windows.txt"
    unix.write_bytes(b"one\n\n two\n")
    windows.write_bytes(b"one\r\n\r\n two\r\n")
    assert read_text_ids(unix, Letters()).tolist() == read_text_ids(windows, Letters()).tolist()
