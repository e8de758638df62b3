"""What the chat's state looks like: answers, footers, the state line, the model menu. Plain functions."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.markdown import Block, MarkdownStream
from app.state.chat_session import ChatSession, FloatModel, Opening, OpenModel
from app.state.chat_sources import ChatSource, ChatSources
from app.state.conversation import COLUMN_ORDER, Answer, Conversation, Exchange
from app.state.conversation_export import answer_figures, speaker
from app.state.engine_words import engine_words
from app.state.words import amount_words, bytes_words, duration_words, stage_words, variant_words
from app.views.chat_header import Choice, Segment
from app.views.message_view import AnswerShown

FOLDER, GGUF = "open-folder", "open-gguf"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Chat", text)


class Streams:
    """The blocks of answers, read piece by piece while they grow."""

    def __init__(self) -> None:
        self._streams: dict[tuple[int, str], MarkdownStream] = {}

    def clear(self, first: int = 0) -> None:
        """Forget the answers from an exchange on."""
        self._streams = {key: stream for key, stream in self._streams.items() if key[0] < first}

    def blocks(self, number: int, answer: Answer) -> tuple[Block, ...]:
        """The blocks of an answer as it is now."""
        stream = self._streams.get((number, answer.variant))
        if stream is None or not answer.text.startswith(stream.text):
            stream = self._streams[number, answer.variant] = MarkdownStream()
        stream.push(answer.text[len(stream.text) :])
        return stream.blocks()


def shown_answers(exchange: Exchange, conversation: Conversation) -> list[Answer]:
    """The answers to show: in a comparison one a column, else the variant's own or the first there is."""
    if conversation.columns:
        found = [exchange.answers[name] for name in conversation.columns if name in exchange.answers]
        return found or [answer for answer in [exchange.answer("")] if answer is not None]
    answer = exchange.answer(conversation.variant)
    waiting = [item for item in exchange.answers.values() if not item.over]
    return waiting[:1] or ([answer] if answer is not None else [])


def answer_shown(number: int, answer: Answer, streams: Streams) -> AnswerShown:
    """An answer as the view wants it."""
    note = ""
    if not answer.text and not answer.error:
        note = {
            "waiting": _tr("Waits for its turn …"),
            "streaming": _tr("Reads the conversation …"),
            "stopped": _tr("Stopped before it said anything."),
        }.get(answer.state, _tr("An empty answer."))
    return AnswerShown(
        name=answer.variant,
        title=speaker(answer),
        text=answer.text,
        blocks=streams.blocks(number, answer),
        footer=footer(answer),
        note=note,
        error=engine_words(answer.error),
        hint=engine_words(answer.hint),
        over=answer.over,
    )


def footer(answer: Answer) -> str:
    """Tokens, speed, and how it ended where that is worth a word."""
    if not answer.tokens:
        return ""
    parts = [answer_figures(answer)]
    if answer.device:
        parts.append(device_words(answer.device))
    if answer.over and answer.prefill_seconds >= 1:
        parts.append(_tr("first word after %1").replace("%1", duration_words(answer.prefill_seconds)))
    ends = {
        "stopped": _tr("stopped"),
        "length": _tr("cut at the longest length"),
        "context": _tr("the model's memory is full"),
    }
    if answer.reason in ends:
        parts.append(ends[answer.reason])
    return " · ".join(parts).replace("/s", "/\u2060s")  # no line ends inside "tokens/s"


def device_words(device: str) -> str:
    """Where it was computed."""
    return _tr("on the processor") if device.startswith("cpu") else _tr("on the GPU")


def state_line(session: ChatSession, opening: Opening, answering: str) -> tuple[str, float, str, str]:
    """Text, bar (see `ChatHeader.set_state`), and the button's name and text."""
    match session.state:
        case "waiting":
            return _tr("A run is using the device"), -1.0, "cpu", _tr("Use the processor instead")
        case "opening":
            share = opening.done / opening.total if opening.total and opening.unit == "bytes" else 2.0
            words = _tr("Opening the model")
            if opening.total:
                amount = amount_words(opening.done, opening.total, opening.unit)
                words = f"{stage_words(opening.stage)}: {amount}"
            return words, share, "close", _tr("Cancel")
        case "ready" | "answering":
            assert session.model is not None
            words = _tr("Ready, %1").replace("%1", device_words(session.model.device))
            if session.state == "answering":
                words = _tr("%1 answers").replace("%1", variant_words(answering) if answering else _tr("Model"))
            return words, -1.0, "close", _tr("Close chat")
        case "closing":
            return _tr("Freeing its memory"), 2.0, "", ""
        case _:
            return "", -1.0, "", ""


def segments(variants: tuple[str, ...], on: tuple[str, ...], model: OpenModel | None) -> list[Segment]:
    """The variants' buttons."""
    tips = {
        "float": _tr("The original model, before quantization"),
        "quantized": _tr("Quantized, nothing else"),
        "repaired": _tr("Quantized, with the error correction"),
        "tuned": _tr("Quantized, corrected and fine-tuned on your data"),
    }
    made = []
    for name in (name for name in COLUMN_ORDER if name in variants):
        tip = tips[name]
        if name == "float" and model is not None and model.floating is not None and len(variants) > 1:
            tip = f"{tip}. {float_words(model.floating)}"
        made.append(Segment(name, variant_words(name), tip, name in on))
    return made


def float_words(floating: FloatModel) -> str:
    """Where the float model would answer, and why not elsewhere."""
    need, free = bytes_words(floating.needed_bytes), bytes_words(floating.free_bytes)
    if not floating.device:
        words = _tr("It needs %1 of memory and %2 are free: it will be refused until there is more.")
    elif floating.alone:
        words = _tr("It needs %1, which is too much beside the quantized model (%2 without it): they take turns.")
    elif floating.device == "cpu":
        words = _tr("It needs %1 and answers in RAM (%2 free).")
    else:
        words = _tr("It needs %1 and answers on the GPU (%2 free).")
    return words.replace("%1", need).replace("%2", free)


def menu_choices(sources: ChatSources) -> list[Choice]:
    """The model menu."""
    made = [Choice("", _tr("Your runs"))]
    made += [_choice(item) for item in sources.runs] or [Choice("", _tr("   none is quantized yet"))]
    made += [Choice("-", ""), Choice("", _tr("Base models, before any run"))]
    made += [_choice(item) for item in sources.models]
    return [*made, Choice("-", ""), Choice(FOLDER, _tr("Open a folder…")), Choice(GGUF, _tr("Open a GGUF file…"))]


def _choice(item: ChatSource) -> Choice:
    text = f"{item.title}  ({item.detail})" if item.detail else item.title
    return Choice(item.source, text.replace("&", "&&"), item.source)
