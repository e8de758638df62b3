import subprocess
import sys
import types

import pytest

from lowbit_core import machine
from lowbit_core.machine import Gpu, UnusedGpu, cgroup_memory, inspect_machine


def test_that_the_machine_is_described_in_plausible_numbers(tmp_path):
    import psutil

    found = inspect_machine(tmp_path)
    assert 0 < found.ram_available_bytes <= found.ram_total_bytes <= psutil.virtual_memory().total
    assert 1 <= found.physical_cores <= found.logical_cores
    assert found.disk_path == str(tmp_path)
    assert found.disk_free_bytes > 0


def test_that_looking_at_the_machine_loads_neither_torch_nor_nvml_at_import():
    code = "import sys, lowbit_core.machine as m; assert 'pynvml' not in sys.modules; m.inspect_machine();"
    code += "assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


class _NvmlError(Exception):
    pass


def nvml(cards):
    """A stand-in for the driver's library: cards as (name, total, free, capability) or an exception."""

    def handle(index):
        if isinstance(cards[index], Exception):
            raise cards[index]
        return cards[index]

    return types.SimpleNamespace(
        NVMLError=_NvmlError,
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlSystemGetDriverVersion=lambda: b"580.10",
        nvmlDeviceGetCount=lambda: len(cards),
        nvmlDeviceGetHandleByIndex=handle,
        nvmlDeviceGetName=lambda card: card[0],
        nvmlDeviceGetMemoryInfo=lambda card: types.SimpleNamespace(total=card[1], free=card[2]),
        nvmlDeviceGetCudaComputeCapability=lambda card: card[3],
    )


def test_that_old_and_broken_cards_are_named_with_the_reason(monkeypatch):
    cards = [("RTX 4060", 8 << 30, 7 << 30, (8, 9)), ("GTX 1060", 6 << 30, 6 << 30, (6, 1)), _NvmlError("GPU is lost")]
    monkeypatch.setitem(sys.modules, "pynvml", nvml(cards))
    found = inspect_machine()
    assert found.gpus == (
        Gpu(index=0, name="RTX 4060", total_bytes=8 << 30, free_bytes=7 << 30, capability=(8, 9), driver="580.10"),
    )
    assert [gpu.name for gpu in found.unused_gpus[:2]] == ["GTX 1060", "GPU 2"]
    assert "6.1" in found.unused_gpus[0].why
    assert "GPU is lost" in found.unused_gpus[1].why


@pytest.mark.skipif(sys.platform != "linux", reason="reads sysfs")
def test_that_other_vendors_cards_are_seen_and_explained(tmp_path):
    for name, vendor in (("card0", "0x1002"), ("card1", "0x8086"), ("card2", "0x10de"), ("card0-HDMI-A-1", "0x1002")):
        (tmp_path / name / "device").mkdir(parents=True)
        (tmp_path / name / "device" / "vendor").write_text(vendor + "\n")
    found = machine._gpus_on_the_bus("AMD", "Intel", root=tmp_path)
    assert [gpu.name for gpu in found] == ["AMD GPU", "Intel GPU"]
    assert all(isinstance(gpu, UnusedGpu) and gpu.why for gpu in found)


def cgroup(tmp_path, levels, member):
    """Levels: folder -> (limit, used, inactive_file), with version 2's file names."""
    for name, (limit, used, cached) in levels.items():
        folder = tmp_path / "fs" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "memory.max").write_text(f"{limit}\n")
        (folder / "memory.current").write_text(f"{used}\n")
        (folder / "memory.stat").write_text(f"anon 5\ninactive_file {cached}\n")
    (tmp_path / "self").write_text(member)
    return cgroup_memory(tmp_path / "fs", tmp_path / "self")


def test_that_the_tightest_container_limit_counts_without_file_pages(tmp_path):
    levels = {"a": (4000, 3000, 500), "a/b": (9000, 100, 0)}
    assert cgroup(tmp_path, levels, "0::/a/b\n") == (4000, 1500)


def test_that_without_a_limit_the_container_says_nothing(tmp_path):
    assert cgroup(tmp_path, {"a": ("max", 3000, 0)}, "0::/a\n") == (0, None)
    assert cgroup_memory(tmp_path / "none", tmp_path / "none") == (0, None)


def test_that_version_1_limits_are_read(tmp_path):
    folder = tmp_path / "fs" / "memory" / "job"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text("2000\n")
    (folder / "memory.usage_in_bytes").write_text("900\n")
    (folder / "memory.stat").write_text("total_inactive_file 100\n")
    (tmp_path / "self").write_text("5:cpu,cpuacct:/x\n4:memory:/job\n")
    assert cgroup_memory(tmp_path / "fs", tmp_path / "self") == (2000, 1200)


def test_that_a_container_quota_limits_the_threads(tmp_path):
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert machine._usable_threads(64, tmp_path) <= 2


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16", True), ("flags : amx_bf16 amx_tile", True),
        ("flags\t\t: fpu avx2 avx512f", False), ("Features : fp asimd", False), ("", False),
    ],
)  # fmt: skip
def test_that_a_processor_with_bf16_units_is_known_by_its_instructions(tmp_path, flags, expected):
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nmodel name : amx_bf16 in a name\n{flags}\n\n")
    assert machine.has_bf16_units(tmp_path / "cpuinfo") is expected


def test_that_a_computer_without_a_list_of_instructions_is_taken_to_have_no_bf16_units(tmp_path):
    assert machine.has_bf16_units(tmp_path / "missing") is False
