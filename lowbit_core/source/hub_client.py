"""Talking to the hub: where it is, who we are, and what its refusals mean.

Addresses, cookies, proxies, certificates and the token are huggingface-hub's; patience and explanations are ours.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lowbit_core.context import Context
from lowbit_core.errors import UserError

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a silent or busy server is waited for."""

    connect_seconds: float = 10.0
    stall_seconds: float = 20.0
    """A connection that gives no byte for so long is dropped and opened again."""

    attempts: int = 6
    """Failures in a row without a byte gained before giving up."""

    first_wait_seconds: float = 1.0
    """Wait after the first failure; doubles each time, at most a minute. A Retry-After counts instead."""

    longest_wait_seconds: float = 60.0

    def wait_seconds(self, failures: int, retry_after: str | None = None) -> float:
        """How long to wait after ``failures`` failures in a row."""
        if retry_after and retry_after.strip().isdigit():
            return float(retry_after)
        return min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** (failures - 1))


PATIENT = Patience()
"""For bytes."""

BRISK = Patience(connect_seconds=5, stall_seconds=15, attempts=3)
"""For questions that somebody waits for: without a network the answer comes after three seconds."""


class Retry(Exception):
    """A failure that may pass: ``wait`` is the server's Retry-After, ``why`` is for the final message."""

    def __init__(self, why: str, wait: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wait = wait


def endpoint() -> str:
    """Address of the hub: ``HF_ENDPOINT`` now, else huggingface-hub's."""
    from huggingface_hub import constants

    return (os.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")


def cache_folder() -> Path:
    """huggingface-hub's cache: ``HF_HUB_CACHE`` or ``HF_HOME`` now, else its own choice."""
    from huggingface_hub import constants

    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache).expanduser()
    home = os.environ.get("HF_HOME")
    return Path(home).expanduser() / "hub" if home else Path(constants.HF_HUB_CACHE)


def offline_wanted() -> bool:
    """``HF_HUB_OFFLINE`` is set: no request may be made."""
    from huggingface_hub import constants

    return constants.HF_HUB_OFFLINE or os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")


def transport_errors() -> tuple[type[Exception], ...]:
    """What the HTTP library under huggingface-hub (httpx, since hub 2 httpx2) raises when a connection fails."""
    from huggingface_hub import get_session
    from huggingface_hub.errors import OfflineModeIsEnabled

    library = importlib.import_module(type(get_session()).__module__.partition(".")[0])
    return (library.TransportError, OfflineModeIsEnabled, ConnectionError, TimeoutError)


@contextmanager
def explained(repo: str, revision: str = "") -> Iterator[None]:
    """Turn huggingface-hub's and the network's exceptions into `UserError`, or `Retry` where waiting may help."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        if offline_wanted():
            raise offline("HF_HUB_OFFLINE is set")
        yield
    except HFValidationError as error:
        raise UserError(
            "hub-name", f"{repo!r} is no name of a model on the hub.", hint="Names look like ORG/NAME.", where=repo
        ) from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        refused(status, error.response.headers if status else {}, repo, revision)
        raise Retry(f"the hub answered {status}") from error
    except transport_errors() as error:
        raise Retry(f"{type(error).__name__}: {error}".rstrip(": ")) from error


def refused(status: int, headers: Mapping[str, str], repo: str, revision: str = "") -> None:
    """Raise what an HTTP ``status`` that is no success means.

    Raises:
        UserError: ``token-invalid``, ``hub-private``, ``hub-gated``, ``hub-not-found``.
        Retry: 408, 429 and 5xx.
    """
    from huggingface_hub import get_token

    page, has_token = f"{endpoint()}/{repo}", bool(get_token())
    facts: dict[str, Any] = {"where": repo, "arguments": {"model": repo, "status": status, "page": page}}
    gated = status == 403 or headers.get("X-Error-Code") == "GatedRepo"
    if status == 401 and has_token and not gated:
        raise UserError(
            "token-invalid",
            "The hub does not accept the saved access token; it is expired, revoked or mistyped.",
            hint=f"Make a new one at {endpoint()}/settings/tokens and enter it, or forget the old one.",
            action="enter-token",
            **facts,
        )
    if status == 401 and not gated:
        raise UserError(
            "hub-private",
            f"{repo} does not exist on the hub, or it is private or gated and needs an access token.",
            hint=f"Check the name; if {page} shows it to you, enter a token from {endpoint()}/settings/tokens.",
            action="enter-token",
            **facts,
        )
    if gated:
        missing = "with the account whose token is saved" if has_token else "and enter an access token of your account"
        raise UserError(
            "hub-gated",
            f"{repo} is gated: its authors give access only to those who accept their terms.",
            hint=f"Accept the terms at {page} {missing}, then try again.",
            action="enter-token",
            **facts,
        )
    if status == 404:
        at = f" at revision {revision}" if revision else ""
        raise UserError(
            "hub-not-found",
            f"There is no {repo}{at} on the hub.",
            hint="Check the spelling, or search for it.",
            **facts,
        )
    if status in (408, 429) or status >= 500:
        raise Retry(
            "the hub is busy (429)" if status == 429 else f"the hub answered {status}", headers.get("Retry-After")
        )
    if status >= 400:
        raise UserError(
            "hub-refused", f"The hub refused to give {repo} (status {status}).", hint=f"See {page}.", **facts
        )


def offline(why: str) -> UserError:
    """The error where the hub cannot be reached and nothing in the cache helps."""
    return UserError(
        "hub-offline",
        f"The hub at {endpoint()} cannot be reached: {why}.",
        hint="Connect to the internet and try again, or choose a model on this computer. What was fetched is kept.",
        arguments={"why": why, "endpoint": endpoint()},
        action="retry",
    )


def with_retries(work: Callable[[], T], patience: Patience, context: Context | None = None) -> T:
    """Do ``work`` until it raises no `Retry`, with growing waits.

    Raises:
        UserError: ``hub-offline`` after the last attempt.
        Interrupted: while waiting.
    """
    for failures in range(1, patience.attempts + 1):
        try:
            return work()
        except Retry as error:
            if failures == patience.attempts:
                raise offline(error.why) from error
            pause(patience.wait_seconds(failures, error.wait), context)
    raise AssertionError("attempts must be at least 1")


def pause(seconds: float, context: Context | None) -> None:
    """Wait, interruptibly."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if context is not None:
            context.checkpoint()
        time.sleep(min(left, 0.2))
