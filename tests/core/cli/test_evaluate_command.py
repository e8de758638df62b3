"""`lowbit evaluate` on a task, and on a text that comes as jsonl."""

import json

from lowbit_core.cli.main import main
from lowbit_core.evaluate import gsm8k_task


def test_that_a_task_is_asked_and_its_score_printed(tiny_llama, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(gsm8k_task, "MAX_NEW_TOKENS", 8)
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"question": "1 and 1?", "answer": "#### 2"}\n{"question": "2 and 1?", "answer": "#### 3"}\n')
    assert main(["evaluate", f"path:{tiny_llama}", "--task", f"gsm8k:{questions}", "--questions", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["asked"], found["task"]) == (1, f"gsm8k:{questions}")
    assert found["score"] == found["right"] / 1
    assert main(["evaluate", f"path:{tiny_llama}", "--task", "mmlu:x"]) == 1
    assert "gsm8k:FILE" in capsys.readouterr().err


def test_that_c4s_jsonl_is_a_text(tiny_llama, tmp_path, capsys):
    text = tmp_path / "c4.jsonl"
    text.write_text("\n".join(json.dumps({"text": "A heron waits in the water. " * 4, "url": "u"}) for _ in range(3)))
    arguments = ["--text", str(text), "--context", "64", "--stride", "64", "--limit", "2", "--json"]
    assert main(["evaluate", f"path:{tiny_llama}", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["tokens"] == 2 * 63
