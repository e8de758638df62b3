"""Bytes of one file on the hub, by HTTP Range."""

from __future__ import annotations

import importlib
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from lowbit_core.context import Context
from lowbit_core.source.hub_client import Patience, Retry, endpoint, explained, refused

_CHUNK = 256 << 10
_AHEAD = 8  # chunks read before they are written


def file_url(repo: str, commit: str, name: str) -> str:
    """Address of a file at a commit."""
    return f"{endpoint()}/{repo}/resolve/{quote(commit, safe='')}/{quote(name)}"


def read_range(repo: str, url: str, offset: int, length: int, patience: Patience) -> bytes:
    """``length`` bytes of ``url`` from ``offset`` on (fewer where the file ends).

    Raises:
        UserError, Retry: see `hub_client.refused`.
    """
    from huggingface_hub import get_session

    with explained(repo):
        response = get_session().get(
            url, headers=_headers(f"bytes={offset}-{offset + length - 1}"), timeout=_timeout(patience)
        )
        if response.status_code == 416:  # an empty file, or a part beyond its end
            return b""
        refused(response.status_code, response.headers, repo)
        data: bytes = response.content
    return data[offset : offset + length] if response.status_code == 200 else data


def stream_from(repo: str, url: str, offset: int, patience: Patience, context: Context) -> Iterator[tuple[int, bytes]]:
    """Yield (position, bytes) from ``offset`` on; from 0 again where the server ignores ranges.

    The connection is read in a thread of its own, so that a stalled server does not hold up an interruption.

    Raises:
        Retry: the connection failed or stalled, or the server is busy.
        UserError: the server refuses; see `hub_client.refused`.
        Interrupted: at any moment.
    """
    chunks: queue.Queue[tuple[int, bytes] | BaseException | None] = queue.Queue(_AHEAD)
    stop = threading.Event()

    def put(item: tuple[int, bytes] | BaseException | None) -> bool:
        while not stop.is_set():
            try:
                chunks.put(item, timeout=0.2)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for item in _request(repo, url, offset, patience):
                if not put(item):
                    return
            put(None)
        except BaseException as error:  # handed over, raised by the reader
            put(error)

    threading.Thread(target=work, name="hub-stream", daemon=True).start()
    try:
        silent_since = time.monotonic()
        while True:
            context.checkpoint()
            try:
                item = chunks.get(timeout=0.2)
            except queue.Empty:
                if time.monotonic() - silent_since > patience.connect_seconds + patience.stall_seconds + 5:
                    raise Retry("the connection is silent") from None
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item
            silent_since = time.monotonic()
    finally:
        stop.set()


def _request(repo: str, url: str, offset: int, patience: Patience) -> Iterator[tuple[int, bytes]]:
    from huggingface_hub import get_session

    with (
        explained(repo),
        get_session().stream("GET", url, headers=_headers(f"bytes={offset}-"), timeout=_timeout(patience)) as response,
    ):
        if response.status_code == 416:
            return
        refused(response.status_code, response.headers, repo)
        position = offset if response.status_code == 206 else 0
        for chunk in response.iter_raw(_CHUNK):
            yield position, chunk
            position += len(chunk)


def _headers(range_: str) -> dict[str, str]:
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    headers: dict[str, str] = build_hf_headers(library_name="lowbit-studio")
    return headers | {"Range": range_, "Accept-Encoding": "identity"}


def _timeout(patience: Patience) -> Any:
    from huggingface_hub import get_session

    library = importlib.import_module(type(get_session()).__module__.partition(".")[0])
    return library.Timeout(patience.stall_seconds, connect=patience.connect_seconds)
