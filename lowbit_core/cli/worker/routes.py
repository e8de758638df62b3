"""Which handler does which command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lowbit_core import source
from lowbit_core.cli.inspect import describe_data, describe_model
from lowbit_core.cli.worker.chat_room import ChatRoom
from lowbit_core.cli.worker.frontier import measure_frontier
from lowbit_core.cli.worker.job import check, run_job
from lowbit_core.cli.worker.preview import preview
from lowbit_core.cli.worker.server import Route
from lowbit_core.cli.worker.task import Task
from lowbit_core.commands import (
    Chat,
    Check,
    CloseChat,
    Download,
    Frontier,
    Inspect,
    OpenChat,
    Preview,
    Run,
    Scan,
    Search,
    Token,
)


def make_routes() -> dict[type, Route]:
    """Every command but Pause, Stop and Cancel. What uses the device takes the lease."""
    room = ChatRoom()
    return {
        Scan: Route(handler=_scan, heavy=True),
        Search: Route(handler=_search),
        Inspect: Route(handler=_inspect),
        Preview: Route(handler=preview, heavy=True),
        Download: Route(handler=_download),
        Token: Route(handler=_token),
        Check: Route(handler=room.closed_during(check), lease=True, heavy=True),
        Run: Route(handler=room.closed_during(run_job), lease=True, heavy=True),
        Frontier: Route(handler=room.closed_during(measure_frontier), lease=True, heavy=True),
        OpenChat: Route(handler=room.open, lease=True, heavy=True),
        Chat: Route(handler=room.answer, lease=True, heavy=True),
        CloseChat: Route(handler=room.close, lease=True),
    }


def _scan(command: Scan, _task: Task) -> Mapping[str, Any]:
    from lowbit_core.cli.device_report import device_report

    return device_report(benchmark=command.benchmark)


def _search(command: Search, _task: Task) -> Mapping[str, Any]:
    return {"models": source.search_models(command.query, command.limit)}


def _inspect(command: Inspect, task: Task) -> Mapping[str, Any]:
    if command.what == "model":
        return _told(source.inspect_model(command.source))
    from lowbit_core.data import open_data
    from lowbit_core.recipe.schema import Data

    columns = {role: str(name) for role, name in command.columns.items()}
    return describe_data(open_data(Data(source=command.source, columns=columns), context=task))


def _download(command: Download, task: Task) -> Mapping[str, Any]:
    return _told(source.resolve(command.source, command.revision, context=task))


def _told(spec: source.ModelSpec) -> dict[str, Any]:
    """The model's facts, and under ``spec`` all of it, so that the app can plan without reading files."""
    return describe_model(spec) | {"spec": spec}


def _token(command: Token, _task: Task) -> Mapping[str, Any]:
    if command.action == "forget":
        source.forget_token()
        return {"owner": ""}
    return {"owner": source.set_token(command.token) if command.action == "save" else source.token_owner()}
