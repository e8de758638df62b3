"""One process or several, by what a launcher leaves in the environment."""

import pytest

from lowbit_core.processes import local_rank, rank, world_size

LAUNCHED = {"WORLD_SIZE": "4", "RANK": "3", "LOCAL_RANK": "1", "MASTER_ADDR": "node0"}


@pytest.fixture
def told(monkeypatch):
    def told(values):
        for name in LAUNCHED:
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return told


def test_that_a_launcher_says_who_a_process_is(told):
    told(LAUNCHED)
    assert (world_size(), rank(), local_rank()) == (4, 3, 1)


@pytest.mark.parametrize("missing", [tuple(LAUNCHED), *((name,) for name in LAUNCHED)])
def test_that_what_cluster_software_leaves_in_a_shell_makes_no_team(told, missing):
    """A pod has the size and rank of its job set; a command typed there runs alone."""
    told({name: value for name, value in LAUNCHED.items() if name not in missing})
    assert (world_size(), rank(), local_rank()) == (1, 0, None)


def test_that_a_launcher_of_one_process_starts_no_team(told):
    told(LAUNCHED | {"WORLD_SIZE": "1", "RANK": "0", "LOCAL_RANK": "0"})
    assert (world_size(), rank(), local_rank()) == (1, 0, None)
