"""Joins bits and repair to step 3."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import built_methods
from app.numbers import fixed, short
from app.state.fit import FitModel
from app.state.methods import field_help, method_name, method_sentence
from app.state.recipe_edit import RecipeEditor
from app.views.precision_view import MethodCard, PrecisionView
from app.views.words import duration, gigabytes


class PrecisionStep(QObject):
    """Shows bits and repairs with what they cost.

    Signals:
        summary_changed: the step's line, and its state.
    """

    summary_changed = Signal(str, str)

    def __init__(self, editor: RecipeEditor, fit: FitModel, view: PrecisionView, parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._fit, self._view = editor, fit, view
        editor.changed.connect(self._on_changed)
        fit.changed.connect(self._show)
        view.bits_chosen.connect(self._set_bits)
        view.fit_wanted.connect(self._fit_device)
        view.method_chosen.connect(self._set_method)
        self._show()

    @Slot(float)
    def _set_bits(self, bits: float) -> None:
        self._editor.change({"quantize.bits": bits}, self.tr("Change the bits"))

    @Slot(bool)
    def _fit_device(self, wanted: bool) -> None:
        bits = "auto" if wanted else self._fit.fitting_bits()
        self._editor.change({"quantize.bits": bits}, self.tr("Fit my device"))
        self._show()

    @Slot(str)
    def _set_method(self, method: str) -> None:
        self._editor.change({"correct.method": method}, self.tr("Choose the repair"))
        self._show()

    @Slot(object)
    def _on_changed(self, keys: frozenset[str]) -> None:
        if keys & {"quantize.bits", "quantize.codec", "correct.method", "correct.rank"}:
            self._show()

    @Slot()
    def _show(self) -> None:
        bits, method = self._editor.value("quantize.bits"), str(self._editor.value("correct.method"))
        fit = self._fit.fit
        automatic = isinstance(bits, str)
        number = self._fit.fitting_bits() if isinstance(bits, str) else bits
        tip = field_help(self._editor.infos["quantize.bits"].help)
        self._view.set_bits(number, self._bits_words(bits), tip, automatic=automatic)
        costs = fit.methods if fit is not None else {}
        cards = []
        for name in built_methods():
            cost = costs.get(name)
            words = ""
            if name == "none":
                words = self.tr("no extra time")
            elif cost is not None:
                words = self.tr("about %1 more").replace("%1", duration(cost.seconds))
                if cost.bytes >= 1e6:
                    words += self.tr(", %1 memory").replace("%1", gigabytes(cost.bytes))
            tip = field_help(self._editor.infos["correct.method"].help)
            cards.append(MethodCard(name, method_name(name), method_sentence(name), words, tip))
        self._view.set_methods(cards, method)
        words = self.tr("What fits (%1 bits), repair: %2") if automatic else self.tr("%1 bits, repair: %2")
        summary = words.replace("%1", short(number)).replace("%2", method_name(method))
        self.summary_changed.emit(summary, "done")

    def _bits_words(self, bits: float | str) -> str:
        if isinstance(bits, str):
            fitting = short(self._fit.fitting_bits())
            words = self.tr("Automatic: the most bits that fit when the run starts, %1 as things stand.")
            return f"{words} {self.tr('Below 4 a repair is added.')}".replace("%1", fitting)
        if bits >= 8:
            words = self.tr("8 bits: practically the original, a little over half its size.")
        elif bits >= 4:
            words = self.tr("4 bits: close to the original, less than a third of its size.")
        elif bits >= 3:
            words = self.tr("3 bits: a loss that a repair makes small.")
        elif bits > 2:
            words = self.tr("%1 bits: a mixture of 2 and 4; the matrices that lose most get 4. Needs a repair.")
        else:
            words = self.tr("2 bits: the smallest. Needs a repair, and shows.")
        fit = self._fit.fit
        if fit is not None:
            words += " " + self.tr("Stored: %2 bits a weight, everything counted.").replace(
                "%2", fixed(fit.plan.bits, 2)
            )
        return words.replace("%1", short(bits))
