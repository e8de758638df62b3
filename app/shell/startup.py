"""What is said and asked after the window is up: the device, an unfinished run, the battery, the end of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.engine import Failed, Machine, run_folder
from app.shell.awake import KeepAwake
from app.shell.window import MainWindow
from app.state.device_words import DeviceWords, device_words
from app.state.notices import Action
from app.state.services import Services
from app.views.look import resource

LOW_PERCENT = 40
TOLD = "device-told"


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
        services.device.changed.connect(self._on_report)
        services.device.failed.connect(self._on_no_report)
        self.offer_actions()

    def offer_actions(self) -> None:
        """What the engine's named actions do, in the language in force."""
        offer = self._services.notices.offer
        offer("close-chat", Action(self.tr("Go to the chat"), self._show_chat))
        offer("enter-token", Action(self.tr("Enter a token"), self._show_settings))

    def begin(self) -> None:
        """Offer what was left unfinished; ask the engine about the device where that was never done."""
        self.offer_unfinished()
        self._put_environment(self._services.device.report)
        self._services.machine.seen.connect(self._on_seen)
        if self._services.machine.raw is not None:
            self._on_seen(self._services.machine.raw)

    @Slot(object)
    def _on_seen(self, machine: Machine) -> None:
        """The first look of all: what is certain is said now, the rest when the engine has answered."""
        self._services.machine.seen.disconnect(self._on_seen)
        if self._services.device.holds_for(machine):
            self._tell(machine, self._services.device.report)
        else:
            self._tell(machine, {})
            self._services.device.scan()

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

    @Slot()
    def _on_report(self) -> None:
        report, machine = self._services.device.report, self._services.machine.raw
        self._put_environment(report)
        if machine is not None:
            self._tell(machine, report)

    def _tell(self, machine: Machine, report: Mapping[str, Any]) -> None:
        """Say what there is to say of the device: a warning at every start, a mere fact once a computer."""
        said, settings = device_words(machine, report), self._services.settings
        if said is None:
            self._services.notices.dismiss_key("device")
            return
        mark = f"{said.code} {report.get('identity', '')}"
        if said.level == "info" and settings.text(TOLD) == mark:
            return
        if report:
            settings.put(TOLD, mark)
        self._services.notices.say(
            said.level, said.message, said.hint, code=said.code, key="device", actions=self._mends(said)
        )

    def _mends(self, said: DeviceWords) -> tuple[Action, ...]:
        actions = []
        if said.page:
            actions.append(Action(self.tr("How to install it"), lambda: _open(said.page)))
        if said.avoid:
            actions.append(Action(self.tr("Use the processor"), self._use_processor))
        return tuple(actions)

    def _use_processor(self) -> None:
        self._services.settings.device = "cpu"

    @Slot(object)
    def _on_no_report(self, failed: Failed) -> None:
        if failed.code != "child-ended":
            self._services.notices.say_failed(failed, key="device")

    def _put_environment(self, report: Mapping[str, Any]) -> None:
        if not report:
            return
        torch = report.get("torch", {})
        gpus = ", ".join(f"{gpu['name']} (driver {gpu['driver']})" for gpu in report.get("gpus", ())) or "none"
        self._services.notices.environment = (
            f"torch: {torch.get('version', '?')}, CUDA: {torch.get('cuda', '?')}\nGPU: {gpus}\n"
            f"kernels: {json.dumps(report.get('kernels', {}))}, checks: {json.dumps(report.get('checks', {}))}"
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


def _open(page: str) -> None:
    QDesktopServices.openUrl(QUrl(page))
