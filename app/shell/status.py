"""Joins machine and job to the status strip."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.engine import Machine, Memory
from app.numbers import whole
from app.state.engine_words import engine_words
from app.state.jobs import Summary
from app.state.services import Services
from app.views.status_strip import StatusStrip
from app.views.words import duration_left, gigabytes, stage_name


class StatusPresenter(QObject):
    """Keeps the strip true; looks at the machine only while it is seen or a job runs."""

    def __init__(self, services: Services, strip: StatusStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._strip = services, strip
        self._visible = False
        self._ours = 0
        services.machine.changed.connect(self._on_machine)
        services.jobs.summary_changed.connect(self._on_summary)
        services.jobs.state_changed.connect(self._on_state)
        services.jobs.memory.connect(self._on_memory)

    def set_visible(self, visible: bool) -> None:
        """Whether the window is seen."""
        self._visible = visible
        self._update_activity()

    def _update_activity(self) -> None:
        self._services.machine.set_active(self._visible or self._services.jobs.state != "idle")

    @Slot(object)
    def _on_machine(self, machine: Machine) -> None:
        if machine.gpus:
            gpu = machine.gpus[0]
            total, free, kind = gpu.total_bytes, gpu.free_bytes, self.tr("VRAM")
            self._strip.set_device(gpu.name, self.tr("Driver %1").replace("%1", gpu.driver))
        else:
            total, free, kind = machine.ram_total_bytes, machine.ram_available_bytes, self.tr("RAM")
            cores = self.tr("Processor, %n cores", "", machine.physical_cores)
            why = "\n".join(f"{item.name}: {engine_words(item.why)}" for item in machine.unused_gpus)
            self._strip.set_device(cores, why or self.tr("No NVIDIA GPU was found."))
        used = max(0, total - free)
        ours = min(self._ours, used) if self._services.jobs.state != "idle" else 0
        words = self.tr("%1 %2 of %3 free").replace("%1", kind).replace("%2", gigabytes(free))
        whole = max(1, total)
        self._strip.set_memory(words.replace("%3", gigabytes(total)), ours / whole, (used - ours) / whole)
        battery = machine.battery
        if battery is not None and not battery.plugged_in:
            self._strip.set_note(self.tr("On battery, %1 %").replace("%1", f"{battery.percent:.0f}"))
        else:
            self._strip.set_note("")

    @Slot(object)
    def _on_memory(self, memory: Memory) -> None:
        self._ours = memory.reserved_bytes if memory.device_total_bytes else memory.process_rss_bytes

    @Slot(str)
    def _on_state(self, _state: str) -> None:
        self._update_activity()
        self._show_job(self._services.jobs.summary)

    @Slot(object)
    def _on_summary(self, summary: Summary) -> None:
        self._show_job(summary)

    def _show_job(self, summary: Summary) -> None:
        state = self._services.jobs.state
        if state == "idle":
            self._strip.set_job("", 0.0)
            return
        words = {
            "waiting": self.tr("Waiting for the device"),
            "starting": self.tr("Starting"),
            "pausing": self.tr("Saving, then pausing"),
            "stopping": self.tr("Saving, then stopping"),
            "cancelling": self.tr("Ending"),
        }.get(state, stage_name(summary.stage))
        if state == "running" and summary.total:
            words += f" {whole(summary.done)}/{whole(summary.total)}"
        if state == "running" and summary.eta_seconds is not None:
            words += f", {duration_left(summary.eta_seconds)}"
        self._strip.set_job(words, summary.done / summary.total if summary.total else 0.0)
