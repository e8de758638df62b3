"""Names, parameters and byte layouts of the codecs, and how many bits they take. No torch."""

from lowbit_core.formats.codec import (
    Codec,
    IntegerCodec,
    NormalFloatCodec,
    check_codec,
    codec_from_json,
    codec_to_json,
)
from lowbit_core.formats.layout import LAYOUT_VERSION, MatrixBytes, effective_bits, group_count, matrix_bytes
from lowbit_core.formats.levels import normal_float_levels

__all__ = [
    "LAYOUT_VERSION",
    "Codec",
    "IntegerCodec",
    "MatrixBytes",
    "NormalFloatCodec",
    "check_codec",
    "codec_from_json",
    "codec_to_json",
    "effective_bits",
    "group_count",
    "matrix_bytes",
    "normal_float_levels",
]
