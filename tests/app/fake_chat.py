"""A chat child for tests: speaks the worker's protocol, answers with the question's words.

Magic sources: ``starter`` has the float model only, ``bad`` cannot be opened, ``slow`` takes a while; everything else
has every variant. Magic questions: ``slow ...`` streams for ten seconds, ``die`` kills the process, ``big`` is refused
by the float variant, ``flood`` sends 2,000 pieces at once, ``notice`` is told with a notice first.
"""

import json
import os
import sys
import threading
import time

lock = threading.Lock()
cancelled = set()


def send(kind, number, **body):
    with lock:
        sys.stdout.write(json.dumps({"answer": kind, "id": number} | body) + "\n")
        sys.stdout.flush()


def open_chat(command):
    number, source = command["id"], command["source"]
    for done in (1, 2):
        send("Part", number, data={"stage": "model", "done": done, "total": 2, "unit": "bytes"})
    if source.endswith("bad"):
        send("Failed", number, code="run-not-quantized", message="No model here.", hint="Run it first.")
        return
    if source.endswith("slow"):
        time.sleep(1.0)
    variants = ["float"] if source == "starter" else ["tuned", "repaired", "quantized", "float"]
    place = {"device": "cpu", "alone": False, "needed_bytes": 500, "free_bytes": 1000}
    device = "cpu" if command["device"] == "cpu" else "cuda:0"
    send("Reply", number, data={"source": source, "variants": variants, "device": device, "float": place})


def chat(command):
    number, messages = command["id"], json.loads(command["messages"])
    question = messages[-1]["content"]
    if question == "die":
        os.kill(os.getpid(), 9)
    if question == "big" and command["variant"] == "float":
        send("Failed", number, code="float-too-big", message="The float model needs 9.00 GB.", hint="Close programs.")
        return
    if question == "notice":
        notice = {"level": "info", "code": "chat-turns-dropped", "message": "Some is not seen.", "hint": ""}
        send("Part", number, data={"notice": notice})
    text = f"{command['variant']} heard **{len(messages)}**: {question}"
    pieces = [f"{word} " for word in text.split(" ")]
    pause = 0.002
    if question.startswith("slow"):
        pieces, pause = [f"word{n} " for n in range(500)], 0.02
    if question == "flood":
        pieces, pause = ["word "] * 2000, 0.0
    said = ""
    for piece in pieces:
        if number in cancelled:
            break
        said += piece
        send("Part", number, data={"text": piece})
        time.sleep(pause)
    reason = "stopped" if number in cancelled else "end"
    send(
        "Reply",
        number,
        data={
            "text": said, "reason": reason, "tokens": len(said.split()), "prompt_tokens": 10, "prefill_seconds": 0.1,
            "tokens_per_second": 42.5, "variant": command["variant"], "device": "cuda",
        },
    )  # fmt: skip


for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "OpenChat":
        threading.Thread(target=open_chat, args=(command,), daemon=True).start()
    elif command["command"] == "Chat":
        threading.Thread(target=chat, args=(command,), daemon=True).start()
    elif command["command"] == "Cancel":
        cancelled.add(command["target"])
        send("Reply", command["id"], data={"targets": [command["target"]]})
