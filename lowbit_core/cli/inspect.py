"""`lowbit inspect`: what a model or a data set is, or what this computer can do (`lowbit inspect device`)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lowbit_core.data import DataSource
    from lowbit_core.source import ModelSpec

SHOWN_ROWS = 3
CELL_CHARACTERS = 300


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("inspect", help="what a model, a data set or this computer is", description=__doc__)
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="starter, hub:ORG/NAME, path:DIR, gguf:FILE; a data file or folder, sample:NAME; or device",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Print what it is."""
    from lowbit_core.cli.output import print_json

    document = describe(options.source)
    if options.json:
        print_json(document)
    else:
        _print_lines(document)
    return 0


def describe(argument: str) -> dict[str, Any]:
    """The answer as JSON values.

    Raises:
        UserError: nothing there, or nothing that can be read.
    """
    if argument == "device":
        from lowbit_core.cli.device_report import device_report

        return device_report()
    if _is_data(argument):
        from lowbit_core.data import open_data
        from lowbit_core.recipe.schema import Data

        return describe_data(open_data(Data(source=argument)))
    from lowbit_core.source import inspect_model

    path = Path(argument).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        argument = f"gguf:{path}"
    elif path.is_dir():
        argument = f"path:{path}"
    return describe_model(inspect_model(argument))


def _is_data(argument: str) -> bool:
    """A file or folder that is no model."""
    path = Path(argument).expanduser()
    if argument.startswith("sample:"):
        return True
    if path.is_dir():
        return not (path / "config.json").exists()
    return path.is_file() and path.suffix != ".gguf"


def describe_model(spec: ModelSpec) -> dict[str, Any]:
    """A model's facts, its tensors counted by type."""
    stored: dict[str, int] = {}
    for tensor in spec.tensors:
        stored[tensor.dtype] = stored.get(tensor.dtype, 0) + tensor.size_bytes
    names = (
        "source", "architecture", "model_type", "parameters", "context_length", "vocab_size", "hidden_size", "layers",
        "tied_embeddings", "licence", "total_bytes", "quantization", "revision",
    )  # fmt: skip
    facts: dict[str, Any] = {name: getattr(spec, name) for name in names}
    return (
        {"what": "model"} | facts | {"folder": str(spec.folder), "bytes_by_dtype": stored, "tensors": len(spec.tensors)}
    )


def describe_data(data: DataSource) -> dict[str, Any]:
    """A data set's format and counts, refused rows with their reasons, and its first rows."""
    from lowbit_core.cli.output import plain

    report = data.report()
    rows = [
        {
            "where": row.where,
            "cells": {name: str(value)[:CELL_CHARACTERS] for name, value in row.cells.items()},
            "reason": row.reason,
        }
        for row in data.sample(0, SHOWN_ROWS)
    ]
    document: dict[str, Any] = {"what": "data"} | plain(report) | {"rows": rows}
    return document


def _print_lines(document: dict[str, Any], indent: str = "") -> None:
    for key, value in document.items():
        if isinstance(value, dict):
            print(f"{indent}{key}:")
            _print_lines(value, indent + "  ")
        elif isinstance(value, list | tuple):
            print(f"{indent}{key}:{'' if value else ' none'}")
            for item in value:
                if isinstance(item, dict):
                    print(f"{indent}  - " + ", ".join(f"{name}: {part}" for name, part in item.items() if part != ""))
                else:
                    print(f"{indent}  - {item}")
        elif key.endswith("_bytes") and isinstance(value, int):
            print(f"{indent}{key.removesuffix('_bytes')}: {value / 1e9:.2f} GB")
        else:
            print(f"{indent}{key}: {value}")
