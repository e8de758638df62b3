"""The folder a quantization leaves: written block by block, finished at once, the same bytes however often it stopped.

Until `PackedFolder.done` everything lies in ``<folder>/.parts``: a safetensors file for each block and a JSON file that
says it is complete. Finishing copies the parts, tensor by tensor in one fixed order, into the model's files.
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lowbit_core.errors import UserError
from lowbit_core.files import write_json_atomic
from lowbit_core.formats.codec import Codec, codec_from_json, codec_to_json
from lowbit_core.model import Structure
from lowbit_core.packed.identity import BaseHash, tensor_order
from lowbit_core.packed.manifest import Manifest, read_manifest
from lowbit_core.packed.pack import pack
from lowbit_core.packed.repair_adapter import write_repair_adapter
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.source import ModelSpec
from lowbit_core.weights import FolderWriter, write_safetensors
from lowbit_core.weights.reader import SafetensorsWeights

_FLUSH_BYTES = 256 << 20
"""Tensors outside the blocks (embedding, head) are put on the disk once this much waits in memory."""

_REPAIR = "repair:"
"""Marks low-rank factors among a part's tensors; no module name has a colon."""


@dataclass
class _Pending:
    """What came since the last part was written."""

    tensors: dict[str, Tensor] = field(default_factory=dict)
    codecs: dict[str, Codec] = field(default_factory=dict)
    permuted: set[str] = field(default_factory=set)

    @property
    def size_bytes(self) -> int:
        return sum(tensor.numel() * tensor.element_size() for tensor in self.tensors.values())


class PackedFolder:
    """The `quantize.Sink` that writes a packed model as a Hugging Face folder, and its repairs as a PEFT adapter.

    Args:
        folder: becomes the model's folder (``quantized/`` of a run); complete once it holds config.json.
        adapter_folder: where the low-rank repairs go (``adapters/repair`` of a run); untouched where there are none.
        spec: the float model, for its configuration.
        structure: its parts, for the tie of head and embedding and the number of blocks.
        dtype: what the configuration names as the dtype of the tensors left as they are.
        run_key: anything that changes with the settings; parts left by a run with another key are thrown away.
        skipped: module name -> reason, for the record.
    """

    def __init__(
        self,
        folder: Path,
        adapter_folder: Path,
        spec: ModelSpec,
        structure: Structure,
        *,
        dtype: torch.dtype = torch.bfloat16,
        run_key: str = "",
        skipped: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.adapter_folder = adapter_folder
        self.spec = spec
        self.structure = structure
        self.dtype = dtype
        self.run_key = run_key
        self.skipped = dict(skipped or {})
        self._parts = folder / ".parts"
        self._pending = _Pending()
        self._complete = self._finished_before()
        if self._complete:
            shutil.rmtree(self._parts, ignore_errors=True)
        else:
            self._forget_other_runs()

    def done_blocks(self) -> Collection[int]:
        """Blocks that are on the disk; every one where the folder is finished."""
        if self._complete:
            return frozenset(range(len(self.structure.blocks)))
        return frozenset(int(path.stem.removeprefix("block-")) for path in self._parts.glob("block-*.json"))

    def matrix(self, name: str, quantized: QuantizedMatrix, low_rank: LowRank | None) -> None:
        """Pack a matrix and keep it, on the CPU, until its block is done."""
        if self._complete:
            return
        buffers, pending = pack(quantized), self._pending
        pending.codecs[name] = buffers.codec
        for part in ("codes", "scales", "zeros", "permutation"):
            tensor = getattr(buffers, part)
            if tensor is not None:
                pending.tensors[f"{name}.{part}"] = tensor.cpu()
        if buffers.permutation is not None:
            pending.permuted.add(name)
        if low_rank is not None:
            pending.tensors[f"{_REPAIR}{name}.a"] = low_rank.a.float().cpu()
            pending.tensors[f"{_REPAIR}{name}.b"] = low_rank.b.float().cpu()
        self._flush_if_large()

    def tensor(self, name: str, tensor: Tensor) -> None:
        """Keep a parameter or buffer that is not quantized."""
        if self._complete:
            return
        self._pending.tensors[name] = tensor.detach().cpu().contiguous()
        self._flush_if_large()

    def block_done(self, index: int) -> None:
        """Put the block on the disk; from now on a resumed run leaves it out.

        Raises:
            UserError: ``disk-full`` or ``folder-unwritable``.
        """
        if not self._complete:
            self._write_part(f"block-{index:05d}")

    def done(self) -> None:
        """Finish the folder and the adapter; safe to repeat after an interruption at any point.

        Raises:
            UserError: ``disk-full`` or ``folder-unwritable``.
        """
        if self._complete:
            return
        self._write_part(self._loose_name())
        parts = self._read_parts()
        base_sha256 = self._assemble(parts)
        repairs = parts.repairs()
        if repairs:
            write_repair_adapter(self.adapter_folder, repairs, base_sha256)
        manifest = self._manifest(parts, base_sha256)
        self._write_configuration(manifest)
        shutil.rmtree(self._parts)
        self._complete = True

    def _manifest(self, parts: _Parts, base_sha256: str) -> Manifest:
        head, embedding = self.structure.head, self.structure.embedding
        codecs = {name: parts.codecs[name] for name in sorted(parts.codecs, key=tensor_order)}
        tie = self.structure.tied and embedding in codecs and head not in codecs
        return Manifest(
            matrices=codecs,
            permuted=frozenset(parts.permuted),
            tied={head: embedding} if tie else {},
            skipped=self.skipped,
            base_sha256=base_sha256,
            run_key=self.run_key,
        )

    def _write_configuration(self, manifest: Manifest) -> None:
        """config.json last: the folder counts as a model from then on."""
        config: dict[str, Any] = copy.deepcopy(dict(self.spec.config))
        config["architectures"] = config.get("architectures") or [self.spec.architecture]
        config["model_type"] = config.get("model_type") or self.spec.model_type
        config.pop("torch_dtype", None)
        config["dtype"] = str(self.dtype).removeprefix("torch.")
        packed_ends = {self.structure.embedding, self.structure.head} & set(manifest.matrices)
        config["tie_word_embeddings"] = self.structure.tied and not packed_ends
        config["quantization_config"] = manifest.to_json()
        generation = self.spec.folder / "generation_config.json"
        if not self.spec.gguf_file and generation.is_file():
            write_json_atomic(self.folder / "generation_config.json", json.loads(generation.read_text("utf-8")))
        write_json_atomic(self.folder / "config.json", config)

    def _assemble(self, parts: _Parts) -> str:
        # An older model's configuration must not describe the new files, should the power go now.
        (self.folder / "config.json").unlink(missing_ok=True)
        digest = BaseHash()
        with FolderWriter(self.folder) as writer:
            for name in sorted(parts.model_tensors(), key=tensor_order):
                tensor = parts.read(name)
                digest.add(name, tensor)
                writer.add(name, tensor)
            writer.finish()
        return digest.hexdigest()

    def _write_part(self, name: str) -> None:
        pending, self._pending = self._pending, _Pending()
        if not pending.tensors and not name.startswith("block-"):
            return
        self._parts.mkdir(parents=True, exist_ok=True)
        if not (self._parts / "run.json").exists():
            write_json_atomic(self._parts / "run.json", {"run_key": self.run_key})
        write_safetensors(self._parts / f"{name}.safetensors", pending.tensors)
        codecs = {matrix: codec_to_json(codec) for matrix, codec in pending.codecs.items()}
        write_json_atomic(self._parts / f"{name}.json", {"codecs": codecs, "permuted": sorted(pending.permuted)})

    def _flush_if_large(self) -> None:
        if self._pending.size_bytes > _FLUSH_BYTES:
            self._write_part(self._loose_name())

    def _loose_name(self) -> str:
        return f"loose-{len(list(self._parts.glob('loose-*.json'))):05d}"

    def _finished_before(self) -> bool:
        """config.json is written last, so one of this run says that the rest is there."""
        if not (self.folder / "config.json").is_file():
            return False
        try:
            return read_manifest(self.folder).run_key == self.run_key
        except UserError:
            return False

    def _forget_other_runs(self) -> None:
        """Parts of a run with other settings would be mixed into this one; half-written files are left-overs."""
        if not self._parts.exists():
            return
        mark = self._parts / "run.json"
        same = mark.is_file() and json.loads(mark.read_text("utf-8")).get("run_key") == self.run_key
        if not same:
            shutil.rmtree(self._parts)

    def _read_parts(self) -> _Parts:
        """Later parts win over earlier ones, blocks over loose ones: what is sent again replaces the first."""
        parts = _Parts()
        for pattern in ("loose-*.json", "block-*.json"):
            for record in sorted(self._parts.glob(pattern)):
                described = json.loads(record.read_text("utf-8"))
                parts.codecs.update({name: codec_from_json(item) for name, item in described["codecs"].items()})
                parts.permuted.update(described["permuted"])
                reader = SafetensorsWeights(self._parts, (f"{record.stem}.safetensors",))
                parts.readers.update(dict.fromkeys(reader.names(), reader))
        return parts


@dataclass
class _Parts:
    """Every part together: which reader holds the valid copy of each tensor."""

    readers: dict[str, SafetensorsWeights] = field(default_factory=dict)
    codecs: dict[str, Codec] = field(default_factory=dict)
    permuted: set[str] = field(default_factory=set)

    def read(self, name: str) -> Tensor:
        return self.readers[name].read(name)

    def model_tensors(self) -> list[str]:
        return [name for name in self.readers if not name.startswith(_REPAIR)]

    def repairs(self) -> dict[str, LowRank]:
        names = {name[len(_REPAIR) : -2] for name in self.readers if name.startswith(_REPAIR)}
        return {
            name: LowRank(a=self.read(f"{_REPAIR}{name}.a"), b=self.read(f"{_REPAIR}{name}.b"))
            for name in sorted(names, key=tensor_order)
        }
