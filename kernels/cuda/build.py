"""Machine code ahead of time: every shipped variant for every architecture, into ``cubins`` beside the sources.

python -m lowbit_core.kernels.cuda.build [sm_90 ...] [--jobs N]      no GPU is needed
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor

from lowbit_core.kernels.cuda.compile import ARCHITECTURES, FOLDER, cubin
from lowbit_core.kernels.cuda.variants import shipped

CUBINS = FOLDER / "cubins"


def compile_one(job: tuple[str, str, dict[str, int]]) -> int:
    """Bytes of one variant's machine code, kept in `CUBINS`."""
    architecture, source, macros = job
    return len(cubin(source, macros, architecture, cache=CUBINS))


def main() -> None:
    """Compile them all; prints a line an architecture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("architectures", nargs="*", default=list(ARCHITECTURES), help="e.g. sm_90; all without")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs) as pool:
        for architecture in options.architectures:
            jobs = [(architecture, source, macros) for source, macros in shipped(architecture)]
            sizes = list(pool.map(compile_one, jobs))
            print(f"{architecture}: {len(sizes)} variants, {sum(sizes) / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
