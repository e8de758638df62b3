"""Markdown into blocks; a text in pieces gives the blocks of the whole; nothing is fetched, HTML stays text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.markdown import Code, Heading, List, MarkdownStream, Paragraph, Quote, Rule, Span, Table, parse

TEXT = """# Title

A *soft* **bold** `code` ~~no~~ [site](https://example.org "t").
next line\\
broken

- one
- two
  1. deep
  2. deeper

> quoted
> - in it

| a | b |
|:--|--:|
| 1 | **2** |

```python
print("x")

# done
```

---
last <b>html</b> ![cat](http://x/cat.png) [f](file:///etc/passwd)
"""


def test_that_every_kind_of_block_is_read():
    blocks = parse(TEXT)
    assert [type(block) for block in blocks] == [Heading, Paragraph, List, Quote, Table, Code, Rule, Paragraph]
    assert blocks[0] == Heading(1, (Span("Title"),))
    assert Span("soft", italic=True) in blocks[1].spans
    assert Span("bold", bold=True) in blocks[1].spans
    assert Span("code", code=True) in blocks[1].spans
    assert Span("no", struck=True) in blocks[1].spans
    assert Span("site", link="https://example.org") in blocks[1].spans
    assert blocks[1].spans[-1].text == ". next line\nbroken"
    assert blocks[2].start is None
    assert blocks[2].items[1][1] == List(((Paragraph((Span("deep"),)),), (Paragraph((Span("deeper"),)),)), 1)
    assert blocks[4].alignments == ("left", "right")
    assert blocks[4].rows[1] == ((Span("1"),), (Span("2", bold=True),))
    assert blocks[5] == Code('print("x")\n\n# done', "python")


def test_that_html_is_text_pictures_are_words_and_files_are_no_links():
    words = "".join(span.text for span in parse(TEXT)[-1].spans)
    assert words == "last <b>html</b> [cat] [f](file:///etc/passwd)"
    assert not any(span.link for span in parse(TEXT)[-1].spans)
    assert parse("<script>x</script>") == (Paragraph((Span("<script>x</script>"),)),)
    assert not any(span.link for span in parse("[x](javascript:alert(1)) [y](data:text/html,z)")[0].spans)


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_that_pieces_give_the_blocks_of_the_whole(size):
    stream = MarkdownStream()
    for at in range(0, len(TEXT), size):
        stream.push(TEXT[at : at + size])
        assert stream.blocks() == parse(stream.text)
    assert stream.settled >= 6


PIECES = st.sampled_from(
    ["a", "b c", "\n", "\n", "\n\n", "*", "**", "- ", "1. ", "> ", "#", "## ", "`", "```", "~~~", "|", " | ", "---",
     "  ", "    ", "|-|-|", "[x]: y", "<b>", "\\", "=", "\t", "+ x"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=300, deadline=None)
def test_that_a_stream_never_differs_from_the_whole_whatever_comes(pieces):
    stream, before = MarkdownStream(), 0
    for piece in pieces:
        stream.push(piece)
        assert stream.blocks() == parse(stream.text)
        assert stream.settled >= before
        before = stream.settled


def test_that_a_long_answer_costs_no_more_at_its_end():
    text = ("Some words with **bold** ones in a paragraph of usual length, as models write them.\n\n" * 400) + "end"
    stream = MarkdownStream()
    stream.push(text[:-3])
    began = time.perf_counter()
    for _ in range(50):
        stream.push("more ")
        stream.blocks()
    assert (time.perf_counter() - began) / 50 < 0.005
