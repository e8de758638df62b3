"""GSM8K as LoftQ asks, teaches and marks it (arXiv 2310.08659, appendix; its train_gsm8k.py and test_gsm8k.py)."""

from __future__ import annotations

import math
import re

INSTRUCTION = "\nAnswer the above question. First think step by step and then answer the final number.\n"
"""Follows the question; the answer begins on the next line."""

ANSWER_MARK = "The final answer is: "
"""Stands in the answers learned from where GSM8K has ``####``."""

_NUMBER = re.compile(r"-?\d+\.?\d*")


def prompt(question: str) -> str:
    """What the model is asked, without a chat template."""
    return question + INSTRUCTION


def target(answer: str) -> str:
    """What it learns to say; the end-of-text token follows."""
    return answer.replace("####", ANSWER_MARK)


def final_number(text: str) -> float:
    """The number an answer comes to: the first one after `ANSWER_MARK`, else the last anywhere, else infinity.

    Commas are taken out first, as in ``1,200``. The mark counts without the space behind it: a text cut or decoded
    there still means it.
    """
    text = text.replace(",", "")
    _, mark, after = text.partition(ANSWER_MARK.strip())
    found = _NUMBER.search(after) if mark else None
    if found:
        return float(found.group())
    numbers = _NUMBER.findall(text)
    return float(numbers[-1]) if numbers else math.inf


def is_right(generated: str, answer: str) -> bool:
    """Whether the numbers of a generated and of the reference answer are equal."""
    return final_number(generated) == final_number(target(answer))
