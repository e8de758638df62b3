"""Compile the CPU kernels into one shared library, where there is a C compiler: `python kernels/cpu/build.py`.

Run when the project is installed from source and when a wheel or the bundle is made; they carry the library, so a
user's machine needs no compiler. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_FLAGS = ("-std=gnu11", "-O3", "-fPIC", "-fopenmp-simd", "-fvisibility=default", "-Wall", "-Wextra")

_X86_SOURCES = {
    "avx2.c": ("-mavx2", "-mfma", "-mf16c"),
    "avx512.c": ("-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma", "-mf16c"),
}
"""Each set of vector instructions has a source and flags of its own; the processor is asked when the program runs."""


class BuildError(Exception):
    """The library cannot be compiled; the text says why."""


def library_path() -> Path:
    """Where the shared library belongs, beside the sources."""
    suffix = {"Darwin": ".dylib", "Windows": ".dll"}.get(platform.system(), ".so")
    return Path(__file__).parent / "lib" / f"lowbit_cpu{suffix}"


def compiler() -> str | None:
    """The C compiler of this machine, or None."""
    return next((path for path in map(shutil.which, ("gcc", "clang", "cc")) if path), None)


def build(target: Path | None = None) -> Path:
    """Compile and link; the finished library replaces an older one in one step.

    Args:
        target: the file to write; `library_path` where None.

    Raises:
        BuildError: no compiler, or it refuses; with its words.
    """
    found = compiler()
    if found is None:
        raise BuildError("there is no C compiler (gcc, clang or cc) on this machine")
    target = target or library_path()
    target.parent.mkdir(parents=True, exist_ok=True)
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    sources: dict[str, tuple[str, ...]] = {"plain.c": (), "entry.c": ()} | (_X86_SOURCES if x86 else {})
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        objects = []
        for name, flags in sources.items():
            objects.append(str(Path(folder, name).with_suffix(".o")))
            define = ("-DLOWBIT_X86",) if x86 else ()
            _run(found, *_FLAGS, *define, *flags, "-c", str(Path(__file__).parent / name), "-o", objects[-1])
        linked = Path(folder, target.name)
        _run(found, "-shared", *objects, "-o", str(linked))
        linked.replace(target)
    return target


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-2000:]}")


def main() -> int:
    """Build, and say what came of it; without a compiler that is no failure: torch serves then."""
    if compiler() is None:
        print("CPU kernels: no C compiler, left out; the torch path serves")
        return 0
    try:
        print(f"CPU kernels: {build()}")
    except BuildError as error:
        print(f"CPU kernels: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
