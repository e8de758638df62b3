import gzip
import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lowbit_core.data import open_data
from lowbit_core.errors import UserError
from lowbit_core.recipe.schema import Data

ROWS = [{"prompt": f"Question {n}, with a comma", "completion": f"Answer {n}\nand a line"} for n in range(1, 31)]
EXPECTED = [(row["prompt"], row["completion"]) for row in ROWS]


def write_csv(path, delimiter=","):
    import csv

    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["prompt", "completion"])
        writer.writerows(EXPECTED)


def write_stream(path):
    table = pa.Table.from_pylist(ROWS)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as out:
        out.write_table(table, max_chunksize=7)


def write_file(path):
    table = pa.Table.from_pylist(ROWS)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table, max_chunksize=7)


def text(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))


LINES = "\n".join(json.dumps(row) for row in ROWS)
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}
WRITERS = {
    "rows.jsonl": lambda p: text(p, LINES),
    "crlf.jsonl": lambda p: text(p, LINES.replace("\n", "\r\n") + "\r\n\r\n"),
    "marked.jsonl": lambda p: text(p, LINES, "utf-8-sig"),
    "wide.jsonl": lambda p: text(p, LINES, "utf-16"),
    "wide-bare.jsonl": lambda p: text(p, LINES, "utf-16-le"),
    "packed.jsonl.gz": lambda p: p.write_bytes(gzip.compress(LINES.encode())),
    "array.json": lambda p: text(p, json.dumps(ROWS, indent=1)),
    "lines.json": lambda p: text(p, LINES),
    "object.json": lambda p: text(p, json.dumps({"version": "1.0", "data": ROWS})),
    "pandas.json": lambda p: text(
        p, json.dumps({name: {str(n): value for n, value in enumerate(column)} for name, column in COLUMNS.items()})
    ),
    "columns.json": lambda p: text(p, json.dumps(COLUMNS)),
    "rows.csv": write_csv,
    "excel.csv": lambda p: write_csv(p, ";"),
    "rows.tsv": lambda p: write_csv(p, "\t"),
    "rows.parquet": lambda p: pq.write_table(pa.Table.from_pylist(ROWS), p, row_group_size=8),
    "stream.arrow": write_stream,
    "file.arrow": write_file,
}


@pytest.mark.parametrize("name", WRITERS)
def test_that_every_container_gives_the_same_examples(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](path)
    source = open_data(Data(source=str(path), validation=0.0))
    report = source.report()
    found = [(one.messages[0].content, one.messages[1].content) for one in source]
    assert found == EXPECTED
    assert (report.format, report.examples, report.refused_count) == ("prompt-completion", 30, 0)
    assert report.mapping == {"prompt": "prompt", "completion": "completion"}


@pytest.mark.parametrize("name", WRITERS)
def test_that_a_table_can_begin_at_any_row(name, tmp_path):
    path = tmp_path / name
    WRITERS[name](path)
    source = open_data(Data(source=str(path)))
    shown = source.sample(13, 4)
    assert [row.cells["prompt"] for row in shown] == [prompt for prompt, _ in EXPECTED[13:17]]
    assert [row.example.messages[1].content for row in shown] == [answer for _, answer in EXPECTED[13:17]]
    assert len(source.sample(28, 10)) == 2
    assert source.sample(100, 10) == ()


def test_that_jumping_into_a_long_jsonl_gives_the_right_rows_and_lines(tmp_path):
    path = tmp_path / "long.jsonl"
    text(path, "\n\n".join(json.dumps({"text": f"row {n} ü"}) for n in range(3000)))
    source = open_data(Data(source=str(path)))
    source.report()
    shown = source.sample(2500, 2)
    assert [row.cells["text"] for row in shown] == ["row 2500 ü", "row 2501 ü"]
    assert shown[0].where == "long.jsonl:5001"


def test_that_broken_json_on_line_17_is_refused_with_its_line(tmp_path):
    path = tmp_path / "broken.jsonl"
    lines = LINES.split("\n")
    lines[16] = '{"prompt": "x", "completion": '
    text(path, "\n".join(lines))
    report = open_data(Data(source=str(path))).report()
    assert report.examples == 29
    (refused,) = report.refused
    assert refused.where == "broken.jsonl:17"
    assert "broken JSON" in refused.reason


def test_that_a_broken_array_is_an_error_with_its_line(tmp_path):
    path = tmp_path / "broken.json"
    lines = ["[", *(json.dumps(row) + "," for row in ROWS)]
    lines[16] = '{"prompt": oops},'
    text(path, "\n".join(lines) + "\n{}]")
    with pytest.raises(UserError) as caught:
        open_data(Data(source=str(path))).report()
    assert caught.value.where.endswith("broken.json:17")


@pytest.mark.parametrize("tail", ["", ",", ', {"prompt"', ', {"prompt": "never ends'])
def test_that_a_truncated_array_is_an_error(tail, tmp_path):
    path = tmp_path / "half.json"
    text(path, json.dumps(ROWS, indent=0)[:-2] + tail)
    with pytest.raises(UserError) as caught:
        open_data(Data(source=str(path))).report()
    assert caught.value.code == "data-json-broken"


def test_that_rows_that_do_not_fit_the_header_are_refused_by_line(tmp_path):
    path = tmp_path / "rows.csv"
    text(path, 'question,answer\n"two\nlines",a\nonly one\nb,c\n"never closed,d\n')
    report = open_data(Data(source=str(path))).report()
    assert report.examples == 2
    assert [item.where for item in report.refused] == ["rows.csv:4", "rows.csv:6"]


def test_that_a_line_that_is_not_text_is_refused_alone(tmp_path):
    path = tmp_path / "mixed.jsonl"
    path.write_bytes('{"text": "füß"}\n{"text": "gut ä"}\n'.encode() + b'{"text": "\xff\xfe"}\n{"text": "end"}\n')
    report = open_data(Data(source=str(path))).report()
    assert report.examples == 3
    assert report.refused[0].where == "mixed.jsonl:3"


@pytest.mark.parametrize(("encoding", "word"), [("cp1252", "naïve “quote”"), ("latin-1", "caf\xe9 \x81")])
def test_that_old_encodings_are_read_with_a_notice(encoding, word, tmp_path):
    path = tmp_path / "old.csv"
    path.write_bytes(f"question,answer\nwhat,{word}\n".encode(encoding))
    source = open_data(Data(source=str(path)))
    assert next(source.examples("all")).messages[1].content == word
    assert source.report().notices[0].code == "data-encoding-guessed"


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.txt", "a.parquet", "a.jsonl.gz"])
def test_that_an_empty_file_is_named(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"") if name.endswith("gz") else b" \n\n")
    with pytest.raises(UserError) as caught:
        open_data(Data(source=str(path)))
    assert caught.value.code == "data-empty"


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.jsonl.gz"])
def test_that_a_damaged_file_is_named(name, tmp_path):
    (tmp_path / name).write_bytes(b"PAR1 this is not one")
    with pytest.raises(UserError) as caught:
        open_data(Data(source=str(tmp_path / name))).report()
    assert caught.value.code == "data-unreadable"


def test_that_a_header_without_rows_has_no_usable_row(tmp_path):
    text(tmp_path / "a.csv", "question,answer\n")
    with pytest.raises(UserError) as caught:
        open_data(Data(source=str(tmp_path / "a.csv"))).report()
    assert caught.value.code == "data-no-usable-rows"


def test_that_text_is_cut_into_passages_at_blank_lines(tmp_path):
    path = tmp_path / "book.txt"
    text(path, "First.\nStill first.\n\nSame document.\n\n\n\nSecond document.\n")
    found = list(open_data(Data(source=str(path), validation=0.0)))
    assert [one.text for one in found] == ["First.\nStill first.\n\nSame document.", "Second document."]
    assert [one.origin for one in found] == ["book.txt:1", "book.txt:8"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=2000), max_size=9)
)
def test_that_passages_lose_no_word(tmp_path, paragraphs):
    path = tmp_path / "any.txt"
    whole = "x\n\n" + "\n\n".join(paragraphs) * 3
    text(path, whole)
    found = list(open_data(Data(source=str(path), validation=0.0)))
    assert " ".join(one.text for one in found).split() == whole.replace("\ufeff", "\ufeff").split()
    assert all(len(one.text) < 20_000 for one in found)


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.floats(allow_nan=False))
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


tables = st.lists(st.dictionaries(st.text(max_size=5), values, min_size=1), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=tables, chunk=st.integers(1, 60))
def test_that_streamed_arrays_are_what_json_reads(tmp_path, monkeypatch, rows, chunk):
    from lowbit_core.data import json_stream

    monkeypatch.setattr(json_stream, "CHUNK_CHARACTERS", chunk)
    path = tmp_path / "any.json"
    text(path, json.dumps(rows, ensure_ascii=False, indent=chunk % 3 or None))
    assert [value for _, value in json_stream.read_json(path, "utf-8")] == rows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.jsonl", "a.json", "a.csv", "a.txt", "a.parquet"]))
def test_that_any_bytes_give_rows_or_an_explained_error(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    try:
        open_data(Data(source=str(path))).report()
    except UserError as error:
        explained = error.code.startswith("data-") and error.message.endswith((".", ")."))
    else:
        explained = True
    assert explained


def test_that_a_large_file_is_read_in_little_memory(tmp_path):
    path = tmp_path / "large.jsonl"
    line = json.dumps({"text": "word " * 2000}) + "\n"
    with path.open("w") as file:
        for _ in range(4000):
            file.write(line)
    code = (
        "import resource\nfrom lowbit_core.data import open_data\nfrom lowbit_core.recipe.schema import Data\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"source = open_data(Data(source={str(path)!r}))\nassert source.report().examples == 4000\n"
        "assert source.report().duplicates == 3999\nassert sum(1 for _ in source.examples('all')) == 4000\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert path.stat().st_size > 39e6
    assert int(out.stdout) < 12
