"""CUDA kernels: sources (.cu, .cuh), the NVRTC compiler with its cache on disk, and the launchers."""
