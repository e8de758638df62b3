"""Where models come from: the starter, a local folder, a GGUF file or the hub; each told as a `ModelSpec`. No torch.

`resolve` fetches what is missing and reads headers, `inspect_model` never downloads weights.
"""

from lowbit_core.source.resolve import inspect_model, parse_source, resolve
from lowbit_core.source.spec import ModelSpec, TensorSpec

__all__ = ["ModelSpec", "TensorSpec", "inspect_model", "parse_source", "resolve"]
