"""Where models come from: the starter, a local folder, a GGUF file or the hub; each told as a `ModelSpec`. No torch.

`resolve` fetches what is missing and reads headers, `inspect_model` never downloads weights.
"""

from lowbit_core.source.hub_search import HubModel, search_models
from lowbit_core.source.hub_token import forget_token, set_token, token_owner
from lowbit_core.source.resolve import inspect_model, parse_source, resolve
from lowbit_core.source.spec import ModelSpec, TensorSpec
from lowbit_core.source.starter import starter_folder

__all__ = [
    "HubModel",
    "ModelSpec",
    "TensorSpec",
    "forget_token",
    "inspect_model",
    "parse_source",
    "resolve",
    "search_models",
    "set_token",
    "starter_folder",
    "token_owner",
]
