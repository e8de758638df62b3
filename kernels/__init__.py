"""Native code and its thin launchers. Knows torch, numpy and the CUDA bindings only; `lowbit_core.packed` calls it."""
