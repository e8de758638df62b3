"""What is said of the device for each combination of driver, torch and kernels; and that it is asked once a machine."""

import json

import pytest

from app.engine import Gpu, Machine, UnusedGpu, machine_identity
from app.shell.startup import Startup
from app.shell.window import MainWindow
from app.state.device_words import can_do, device_words, usable

RATES = {"matmul": 5e10, "decode_bytes": 7e9, "solve": 8e9, "launch": 5e-4}


def computer(gpus=1, unused=()):
    card = Gpu(index=0, name="RTX 4060", total_bytes=8 << 30, free_bytes=7 << 30, capability=(8, 9), driver="550.1")
    return Machine(
        system="Linux x86_64", gpus=(card,) * gpus, unused_gpus=tuple(unused), ram_total_bytes=16 << 30,
        ram_available_bytes=12 << 30, physical_cores=4, logical_cores=8, disk_path="/", disk_free_bytes=1 << 40,
        battery=None,
    )  # fmt: skip


def report(cuda="12.8", works=True, checks=None, rates=True):
    found = {"torch": {"version": "2.13.0", "cuda": cuda, "cuda_works": works}, "checks": checks or {"cpu": ""}}
    return found | ({"rates": {"cpu": RATES, "cuda": RATES}} if rates else {})


def test_that_a_gpu_that_works_is_not_talked_about():
    assert device_words(computer(), report(checks={"cpu": "", "cuda:0": ""})) is None
    assert device_words(computer(), {}) is None
    assert usable(computer(), report()).gpus


def test_that_a_torch_for_the_processor_beside_a_gpu_is_told_with_the_way_to_mend_it():
    said = device_words(computer(), report(cuda="none: this build of torch is for the CPU only", works=False))
    assert (said.level, said.code) == ("warning", "torch-without-cuda")
    assert "RTX 4060" in said.message
    assert "pip install" in said.hint
    assert said.page.startswith("https://pytorch.org")
    assert "1B model" in said.hint


def test_that_a_driver_too_old_for_torch_is_told_with_both_versions():
    said = device_words(computer(), report(works=False))
    assert said.code == "cuda-does-not-start"
    assert "12.8" in said.hint
    assert "550.1" in said.hint


def test_that_a_failed_kernel_check_says_so_and_offers_the_processor():
    said = device_words(computer(), report(checks={"cpu": "", "cuda:0": "no kernel image is available"}))
    assert said.code == "kernel-check"
    assert "no kernel image" in said.message
    assert said.avoid


def test_that_a_gpu_torch_finds_and_the_driver_library_does_not_is_told():
    assert device_words(computer(gpus=0), report()).code == "no-nvml"


@pytest.mark.parametrize("name", ["AMD Radeon RX 7600", "Intel Arc A750"])
def test_that_without_a_usable_gpu_the_reason_and_what_the_processor_can_do_are_told(name):
    other = UnusedGpu(name=name, why="only NVIDIA GPUs are used so far; the work is done by the processor")
    none = report(cuda="none", works=False)
    at_once = device_words(computer(gpus=0, unused=[other]), {})
    assert at_once.code == "no-gpu"
    assert name in at_once.hint
    assert "only NVIDIA" in at_once.hint
    measured = device_words(computer(gpus=0, unused=[other]), none)
    assert "the starter recipe takes about" in measured.hint
    assert "1B model about" in measured.hint


def test_that_what_the_processor_can_do_follows_the_measured_speed():
    machine, slow = computer(gpus=0), report(cuda="none", works=False)
    slow["rates"] = {"cpu": {name: value / 10 if name != "launch" else value for name, value in RATES.items()}}
    assert can_do(machine, report(rates=False)) == ""
    assert can_do(machine, slow) != can_do(machine, report(cuda="none", works=False))
    assert " h" in can_do(machine, slow)


def test_that_a_gpu_torch_cannot_use_is_none_for_the_plan():
    found = usable(computer(), report(cuda="none", works=False))
    assert not found.gpus
    assert found.unused_gpus[0].name == "RTX 4060"
    assert "processor only" in found.unused_gpus[0].why


SCOUT = """
import json, sys
for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "Scan":
        data = REPORT
        if command["benchmark"]:
            data["rates"] = {"cpu": {"matmul": 5e10, "decode_bytes": 7e9, "solve": 8e9, "launch": 5e-4}}
        print(json.dumps({"answer": "Reply", "id": command["id"], "data": data}), flush=True)
    else:
        print(json.dumps({"answer": "Failed", "id": command["id"], "code": "no", "message": "no", "hint": "",
                          "where": "", "action": "", "arguments": {}}), flush=True)
"""


@pytest.fixture
def start(make_services, qtbot, look):
    """A window whose machine is made up and whose scout answers about it."""

    def begin(machine, **answer):
        found = report(rates=False, **answer) | {"identity": machine_identity(machine)}
        services = make_services(SCOUT.replace("REPORT", repr(found)))
        services.machine.set_active = lambda _active: None  # this computer is not looked at
        window = MainWindow(services)
        qtbot.addWidget(window)
        startup = Startup(services, window)
        startup.begin()
        services.machine.put(machine)
        return services

    return begin


def codes(services):
    return [said.code for said in services.notices.open]


def test_that_the_first_start_says_at_once_that_there_is_no_gpu_then_measures_and_keeps_it(start, qtbot):
    services = start(computer(gpus=0), cuda="none", works=False)
    assert codes(services) == ["no-gpu"]
    assert services.children.lease.holder == "scan"
    with qtbot.waitSignal(services.device.changed, timeout=10_000):
        pass
    assert codes(services) == ["no-gpu"]
    assert "1B model" in services.notices.open[0].hint
    assert services.device.rates(on_gpu=False).matmul == 5e10
    assert json.loads(services.settings.text("device-report"))["identity"]
    qtbot.waitUntil(lambda: not services.children.running("scout"), timeout=10_000)
    assert services.children.lease.holder is None


def test_that_a_later_start_on_the_same_machine_asks_nothing_and_does_not_repeat_a_mere_fact(start, qtbot):
    services = start(computer(gpus=0), cuda="none", works=False)
    with qtbot.waitSignal(services.device.changed, timeout=10_000):
        pass
    qtbot.waitUntil(lambda: not services.children.running("scout"), timeout=10_000)
    later = start(computer(gpus=0), cuda="none", works=False)
    assert not later.device.scanning
    assert not codes(later)
    assert later.device.rates(on_gpu=False).matmul == 5e10


def test_that_another_gpu_makes_the_engine_be_asked_again(start, qtbot):
    services = start(computer(gpus=0), cuda="none", works=False)
    with qtbot.waitSignal(services.device.changed, timeout=10_000):
        pass
    qtbot.waitUntil(lambda: not services.children.running("scout"), timeout=10_000)
    later = start(computer(gpus=1), cuda="none", works=False)
    with qtbot.waitSignal(later.device.changed, timeout=10_000):
        pass
    assert codes(later) == ["torch-without-cuda"]
    assert later.machine.raw.gpus
    assert not later.machine.machine.gpus, "plans are made for what torch can use"


def test_that_the_speed_is_not_measured_beside_a_run(start, qtbot):
    services = start(computer(gpus=0), cuda="none", works=False)
    with qtbot.waitSignal(services.device.changed, timeout=10_000):
        pass
    qtbot.waitUntil(lambda: not services.children.running("scout"), timeout=10_000)
    kept = services.device.rates(on_gpu=False)
    assert services.children.lease.take("job")
    with qtbot.waitSignal(services.device.changed, timeout=10_000):
        services.device.scan()
    assert services.children.lease.holder == "job"
    assert services.device.rates(on_gpu=False) == kept
    services.children.lease.release("job")
