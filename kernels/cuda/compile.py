"""CUDA sources to machine code with NVRTC: no compiler on the user's machine, no GPU needed to compile.

A cubin is kept on disk under the hash of its source, headers and macros and its architecture, so a program compiles
each variant once in its life. Cubins that come with the program (``kernels/cuda/cubins``, see build.py) are looked at
first.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
ARCHITECTURES = ("sm_75", "sm_80", "sm_86", "sm_89", "sm_90", "sm_120")
"""What the program ships machine code for; Turing (sm_75) has no bfloat16 matrix units, so half only there."""


class CompileError(RuntimeError):
    """NVRTC is missing or refused a source; the text says which."""


def cubin(source: str, macros: Mapping[str, int], architecture: str, *, cache: Path | None = None) -> bytes:
    """Machine code of ``source`` (a file name in this folder).

    Args:
        source: e.g. ``gemv.cu``.
        macros: preprocessor constants of the variant.
        architecture: e.g. ``sm_90``.
        cache: folder of compiled code; None takes `cache_folder`.

    Raises:
        CompileError: NVRTC cannot be loaded, or the source does not compile (with NVRTC's log).
    """
    name = f"{Path(source).stem}-{architecture}-{_key(source, macros)[:24]}.cubin"
    shipped = FOLDER / "cubins" / name
    kept = (cache or cache_folder()) / name
    for path in (shipped, kept):
        try:
            return path.read_bytes()
        except OSError:
            continue
    code = _compile(source, macros, architecture)
    _keep(kept, code)
    return code


def cache_folder() -> Path:
    """Where compiled kernels are kept: under LOWBIT_HOME, else the user's cache folder."""
    home = os.environ.get("LOWBIT_HOME")
    if home:
        return Path(home) / "kernels"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "lowbit-studio" / "kernels"


@lru_cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _key(source: str, macros: Mapping[str, int]) -> str:
    headers = sorted(path.name for path in FOLDER.glob("*.cuh"))
    parts = [source, *(_text(name) for name in (source, *headers)), repr(sorted(macros.items()))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _compile(source: str, macros: Mapping[str, int], architecture: str) -> bytes:
    try:
        from cuda.core import Program, ProgramOptions
    except ImportError as error:
        raise CompileError("cuda-core is not installed (pip install lowbit-studio[cuda])") from error
    options = ProgramOptions(
        name=source,
        arch=architecture,
        std="c++17",
        include_path=[str(FOLDER), *include_folders()],
        define_macro=[(name, str(value)) for name, value in macros.items()],
    )
    try:
        compiled = Program(_text(source), code_type="c++", options=options).compile("cubin")
    except Exception as error:  # NVRTC's own type differs between versions of cuda-core
        raise CompileError(f"{source} does not compile for {architecture} with {dict(macros)}: {error}") from error
    code = compiled.code
    assert isinstance(code, bytes)
    return code


@lru_cache
def include_folders() -> tuple[str, ...]:
    """Folders with cuda_fp16.h: the toolkit's headers from NVIDIA's Python packages, or an installed toolkit."""
    places = [Path(entry) / "nvidia" / "cu13" / "include" for entry in sys.path if entry]
    places += [Path(entry) / "nvidia" / "cuda_runtime" / "include" for entry in sys.path if entry]
    places += [Path(os.environ[name]) / "include" for name in ("CUDA_HOME", "CUDA_PATH") if name in os.environ]
    places.append(Path("/usr/local/cuda/include"))
    return tuple(str(place) for place in places if (place / "cuda_fp16.h").is_file())


def _keep(path: Path, code: bytes) -> None:
    """Write beside, then rename; a cache that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(code)
        Path(file.name).replace(path)
    except OSError:
        return
