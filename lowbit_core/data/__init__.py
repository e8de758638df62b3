"""Training data as `Example`s: files and hub data sets opened, formats found, columns mapped, bad rows refused.

Light: no torch; pyarrow and `datasets` are imported when a file needs them.
"""

from lowbit_core.data.detect import Detected, Format, detect
from lowbit_core.data.example import Example, Refused, Role, Turn
from lowbit_core.data.files import default_samples_folder
from lowbit_core.data.report import DataNotice, DataReport, SampleRow
from lowbit_core.data.source import DataSource, Split, open_data, read_examples

__all__ = [
    "DataNotice",
    "DataReport",
    "DataSource",
    "Detected",
    "Example",
    "Format",
    "Refused",
    "Role",
    "SampleRow",
    "Split",
    "Turn",
    "default_samples_folder",
    "detect",
    "open_data",
    "read_examples",
]
