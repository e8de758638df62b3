"""Measuring models: perplexity of a text, distance to the float model, speed, and the report of a run."""

from lowbit_core.evaluate.compare import Comparison, compare
from lowbit_core.evaluate.gsm8k_task import Question, Tally, gsm8k, read_questions
from lowbit_core.evaluate.logits import HiddenRows, ModelRows, Reference, Rows, StreamedRows
from lowbit_core.evaluate.perplexity import Perplexity, int21_perplexity, perplexity
from lowbit_core.evaluate.report import Report, Row, RowName, report_from_json
from lowbit_core.evaluate.speed import Speed, speed
from lowbit_core.evaluate.windows import Window, read_text_ids, text_ids, text_windows

__all__ = [
    "Comparison",
    "HiddenRows",
    "ModelRows",
    "Perplexity",
    "Question",
    "Reference",
    "Report",
    "Row",
    "RowName",
    "Rows",
    "Speed",
    "StreamedRows",
    "Tally",
    "Window",
    "compare",
    "gsm8k",
    "int21_perplexity",
    "perplexity",
    "read_questions",
    "read_text_ids",
    "report_from_json",
    "speed",
    "text_ids",
    "text_windows",
]
