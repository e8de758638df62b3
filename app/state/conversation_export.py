"""A conversation for other programs: Markdown to read, JSON lines of messages to train or test with."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.numbers import fixed
from app.state.conversation import Answer, Conversation
from app.state.words import variant_words


def as_markdown(conversation: Conversation) -> str:
    """Headings for who speaks; the texts as they were written."""
    tr = QCoreApplication.translate
    parts = [f"# {conversation.title or tr('Chat', 'Conversation')}"]
    if conversation.source_title:
        parts.append(f"*{conversation.source_title}, {conversation.updated[:10]}*")
    if conversation.system.strip():
        parts += [f"## {tr('Chat', 'System prompt')}", conversation.system.strip()]
    for exchange in conversation.exchanges:
        parts += [f"## {tr('Chat', 'You')}", exchange.prompt]
        for answer in exchange.answers.values():
            parts += [f"## {speaker(answer)}", answer.text or f"*{answer.error}*"]
            if answer.tokens:
                parts.append(f"*{answer_figures(answer)}*")
    return "\n\n".join(parts) + "\n"


def as_messages(conversation: Conversation) -> str:
    """One JSON document: a list of {role, content} for every variant that answered."""
    names = list(dict.fromkeys(name for exchange in conversation.exchanges for name in exchange.answers))
    last = len(conversation.exchanges) - 1
    document = {"title": conversation.title, "source": conversation.source, "conversations": []}
    for name in names:
        messages = conversation.messages(last, name)
        answer = conversation.exchanges[last].answers.get(name)
        if answer is not None and answer.text:
            messages.append({"role": "assistant", "content": answer.text})
        document["conversations"].append({"variant": name, "messages": messages})  # type: ignore[attr-defined]
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def export(conversation: Conversation, path: Path) -> None:
    """Write it as what the file's ending says: ``.json``, else Markdown.

    Raises:
        OSError: the file cannot be written.
    """
    text = as_messages(conversation) if path.suffix.lower() == ".json" else as_markdown(conversation)
    path.write_text(text, encoding="utf-8")


def speaker(answer: Answer) -> str:
    """Who said it."""
    return variant_words(answer.variant) if answer.variant else QCoreApplication.translate("Chat", "Model")


def answer_figures(answer: Answer) -> str:
    """Tokens and speed in words, e.g. ``212 tokens, 34 tokens/s``."""
    tr = QCoreApplication.translate
    speed = fixed(answer.tokens_per_second, 1 if answer.tokens_per_second < 10 else 0)
    words = tr("Chat", "%Ln tokens, %1 tokens/s", "", answer.tokens)
    return words.replace("%1", speed)
