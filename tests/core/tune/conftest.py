"""What all tests of tuning share."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _one_thread():
    """Matrices this small only wait for each other's threads: 50 times slower on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
