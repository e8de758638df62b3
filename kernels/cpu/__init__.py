"""CPU kernels: C sources, the script that compiles them where the project is built, and the ctypes door to the result."""
