"""What is said and asked after the window is up: the device, an unfinished run, the battery, the end of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.engine import Failed, Machine, Reply, Scan, run_folder
from app.shell.awake import KeepAwake
from app.shell.window import MainWindow
from app.state.notices import Action
from app.state.services import Services
from app.views.look import resource

LOW_PERCENT = 40


class Startup(QObject):
    """Things done once, and things watched for as long as the window lives."""

    def __init__(self, services: Services, window: MainWindow) -> None:
        super().__init__(window)
        self._services, self._window = services, window
        self._tray: QSystemTrayIcon | None = None
        self._warned = False
        self.awake = KeepAwake(self)
        services.jobs.state_changed.connect(self.awake.follow)
        services.jobs.finished.connect(self._on_finished)
        services.machine.changed.connect(self._on_machine)
        services.notices.offer("close-chat", Action(self.tr("Go to the chat"), self._show_chat))
        services.notices.offer("enter-token", Action(self.tr("Enter a token"), self._show_settings))

    def begin(self) -> None:
        """Offer what was left unfinished; ask the engine about the device where that was never done."""
        self.offer_unfinished()
        report = self._services.settings.text("device-report")
        if report:
            self._put_environment(json.loads(report))
        else:
            self.scan()

    def scan(self) -> None:
        """Ask the workbench child what torch and the kernels can do here."""
        self._services.children.workbench.request(
            lambda number: Scan(id=number), reply=self._on_report, failed=self._on_no_report
        )

    def offer_unfinished(self) -> None:
        """A run that an earlier window left: resume or leave it."""
        run_dir = self._services.jobs.unfinished
        if not run_dir:
            return
        if not run_folder(run_dir).exists():
            self._services.jobs.forget_unfinished()
            return
        self._services.notices.say(
            "info",
            self.tr("The run %1 is not finished.").replace("%1", run_folder(run_dir).path.name),
            self.tr("It goes on from its last save."),
            key="unfinished",
            actions=(
                Action(self.tr("Resume"), self._resume_unfinished, "resume"),
                Action(self.tr("Leave it"), self._services.jobs.forget_unfinished),
            ),
        )

    def _resume_unfinished(self) -> None:
        run_dir = self._services.jobs.unfinished
        if run_dir and self._services.jobs.resume(run_dir):
            self._services.navigator.show("run", run_dir)

    def _show_chat(self) -> None:
        self._services.navigator.show("chat")

    def _show_settings(self) -> None:
        self._services.navigator.show("settings")

    def _on_report(self, reply: Reply) -> None:
        self._services.settings.put("device-report", json.dumps(dict(reply.data)))
        self._put_environment(reply.data)
        machine, torch = reply.data, reply.data.get("torch", {})
        cuda = str(torch.get("cuda", ""))
        if machine.get("gpus") and (not cuda or cuda.startswith("none")):
            self._services.notices.say(
                "warning",
                self.tr("There is an NVIDIA GPU, but the installed PyTorch is a build for the processor only."),
                self.tr("Install PyTorch's CUDA build to use the GPU; until then runs go to the processor."),
                code="torch-without-cuda",
                key="device",
            )
        elif not machine.get("gpus"):
            self._say_no_gpu(machine)

    def _say_no_gpu(self, report: Mapping[str, Any]) -> None:
        others = [f"{item['name']}: {item['why']}." for item in report.get("unused_gpus", ())]
        self._services.notices.say(
            "info",
            self.tr("No usable graphics card: the processor does the work."),
            " ".join([*others, self.tr("Small models such as the starter take minutes; the plan shows the time.")]),
            code="no-gpu",
            key="device",
        )

    def _on_no_report(self, failed: Failed) -> None:
        if failed.code != "child-ended":
            self._services.notices.say_failed(failed, key="device")

    def _put_environment(self, report: Mapping[str, Any]) -> None:
        torch = report.get("torch", {})
        gpus = ", ".join(f"{gpu['name']} (driver {gpu['driver']})" for gpu in report.get("gpus", ())) or "none"
        self._services.notices.environment = (
            f"torch: {torch.get('version', '?')}, CUDA: {torch.get('cuda', '?')}\nGPU: {gpus}\n"
            f"kernels: {json.dumps(report.get('kernels', {}))}"
        )

    @Slot(object)
    def _on_machine(self, machine: Machine) -> None:
        battery = machine.battery
        on_battery = battery is not None and not battery.plugged_in
        if not on_battery or self._services.jobs.state == "idle":
            self._warned = self._warned and on_battery
            return
        assert battery is not None
        if not self._warned and battery.percent < LOW_PERCENT:
            self._warned = True
            self._services.notices.say(
                "warning",
                self.tr("The run goes on battery, %1 % left.").replace("%1", f"{battery.percent:.0f}"),
                self.tr("Plug the computer in, or pause the run."),
                code="on-battery",
                key="battery",
                actions=(Action(self.tr("Pause"), self._services.jobs.pause),),
            )

    @Slot(str, str)
    def _on_finished(self, _run_dir: str, outcome: str) -> None:
        self._services.notices.dismiss_key("unfinished")
        words = {
            "done": self.tr("The run is done."),
            "paused": self.tr("The run is paused; everything is saved."),
            "stopped": self.tr("The run was stopped; what was made can be used."),
            "cancelled": self.tr("The run was cancelled."),
            "failed": self.tr("The run failed."),
            "died": self.tr("The run's process ended unexpectedly."),
        }.get(outcome, outcome)
        if self._window.isActiveWindow():
            return
        if QSystemTrayIcon.isSystemTrayAvailable():
            if self._tray is None:
                self._tray = QSystemTrayIcon(QIcon(str(resource("icons", "app.svg"))), self)
            self._tray.show()
            self._tray.showMessage("Lowbit Studio", words)
        elif QApplication.platformName() != "offscreen":
            QApplication.alert(self._window)
