"""CPU kernels: C sources, the script that compiles them, and the ctypes door to the result."""
