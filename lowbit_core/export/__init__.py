"""Adapters, packed folders, merged weights, GGUF and model cards for others; nothing is built here yet."""
