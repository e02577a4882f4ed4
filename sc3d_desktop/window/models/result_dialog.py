"""What became of the model: before and after in figures and words, and the choice."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTabWidget, QVBoxLayout, QWidget

from sc3d_desktop.jobs import FineTuned
from sc3d_desktop.panels.parts import Heading, Note
from sc3d_desktop.training.fine_tune.verdict import Line
from sc3d_desktop.training.fine_tune.words import comparison, headline, sentences
from sc3d_desktop.window.models.tables import fill, word_table


class ResultDialog(QDialog):
    """``use_wanted`` comes when the new version is to answer; else the present one goes on."""

    use_wanted = Signal()

    def __init__(self, made: FineTuned, in_use: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"The new version “{made.name}”")
        verdict = made.verdict
        self.headline = Heading(headline(verdict), points=1, parent=self)
        self.headline.setWordWrap(True)
        self.words = QLabel("\n".join(sentences(verdict)), self)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.figures = word_table(("", "before", "after"), self)
        fill(self.figures, comparison(verdict))
        headings = ("Compound", "measured / K", "before / K", "left out / K", "counts")
        self.records = word_table(headings, self)
        fill(self.records, [_row(line) for line in verdict.lines])
        tabs = QTabWidget(self)
        tabs.addTab(self.figures, "Before and after")
        tabs.addTab(self.records, "Each record")
        self.buttons = QDialogButtonBox(self)
        role = QDialogButtonBox.ButtonRole
        self.use = self.buttons.addButton("&Use this version", role.AcceptRole)
        self.keep = self.buttons.addButton(f"&Keep “{in_use}”", role.RejectRole)
        (self.use if verdict.proposed else self.keep).setDefault(True)
        self.buttons.accepted.connect(self._use)
        self.buttons.rejected.connect(self.reject)
        self.remarks = Note("\n".join(made.remarks), self)
        self.remarks.setVisible(bool(made.remarks))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        for part in (self.headline, self.words, self.remarks):
            layout.addWidget(part)
        layout.addWidget(tabs, 1)
        layout.addWidget(Note("Either way it is kept among the versions.", self))
        layout.addWidget(self.buttons)
        self.resize(640, 520)

    def _use(self) -> None:
        self.accept()
        self.use_wanted.emit()


def _row(line: Line) -> tuple[str, ...]:
    """What is said of a record without a transition is a probability."""
    if line.measured_kelvin is None:
        measured = f"none to {line.down_to_kelvin:.3g}"
        said = (f"P {100 * line.p_before:.0f} %", f"P {100 * line.p_after:.0f} %")
    else:
        measured = f"{line.measured_kelvin:.3g}"
        said = (f"{line.before_kelvin:.3g}", f"{line.after_kelvin:.3g}")
    return (line.formula, measured, *said, f"{100 * line.trust:.0f} %")
