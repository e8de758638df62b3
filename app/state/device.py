"""What the engine says of this computer: torch's build, kernels, measured speed. Asked once a machine, then kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import Failed, Machine, Reply, Scan, kept_rates, machine_identity
from app.state.children import Children
from app.state.device_words import usable
from app.state.machine import MachineWatch
from app.state.settings import Settings

if TYPE_CHECKING:
    from app.engine import Rates

KEY = "device-report"


class DeviceKnowledge(QObject):
    """The report of `Scan`, from the settings or from a child of its own that ends after answering.

    A child of its own, because looking at a GPU opens CUDA, and what was opened is given back only when a process ends.

    Signals:
        changed: there is a report, or another one.
        failed: a `Failed`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, children: Children, settings: Settings, watch: MachineWatch, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._children, self._settings, self._watch = children, settings, watch
        self._connected = False
        self.scanning = False
        self.report: Mapping[str, Any] = _read(settings.text(KEY))
        watch.correct = self._correct

    def holds_for(self, machine: Machine) -> bool:
        """Whether the report is about this computer as it is now: same GPUs, driver and torch."""
        return bool(self.report) and self.report.get("identity") == machine_identity(machine)

    def rates(self, on_gpu: bool) -> Rates | None:
        """What was measured of the GPU or the processor."""
        return kept_rates(self.report, on_gpu)

    @Slot()
    def scan(self) -> None:
        """Ask. The speed is measured only while nothing else computes; else the old figures are kept."""
        if self.scanning:
            return
        self.scanning = True
        alone = self._children.lease.holder is None and self._children.lease.take("scan")
        child = self._children.scout
        if not self._connected:
            child.ended.connect(self._on_ended)
            self._connected = True
        child.request(lambda number: Scan(id=number, benchmark=alone), reply=self._on_report, failed=self._on_failed)

    def _on_report(self, reply: Reply) -> None:
        found = dict(reply.data)
        if "rates" not in found and self.report.get("identity") == found.get("identity"):
            found["rates"] = self.report.get("rates", {})
        self.report = found
        self._settings.put(KEY, json.dumps(found))
        self._end()
        self.changed.emit()
        self._watch.again()

    def _on_failed(self, failed: Failed) -> None:
        self._end()
        if failed.code != "child-ended":
            self.failed.emit(failed)

    def _end(self) -> None:
        self.scanning = False
        self._children.scout.close()

    @Slot(object)
    def _on_ended(self, _outcome: object) -> None:
        self._children.lease.release("scan")

    def _correct(self, machine: Machine) -> Machine:
        """The machine without GPUs that torch cannot use: a plan for them would be a plan for nothing."""
        return usable(machine, self.report) if self.holds_for(machine) else machine


def _read(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
