"""The card of one candidate, with what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from sc3d_desktop.generation.candidate import Candidate
from sc3d_desktop.panels.generator.details_text import details_html

NOTHING = "Select a candidate to see what is known of it."


class Details(QWidget):
    """The signals carry the index of the candidate."""

    open_wanted = Signal(int)
    symmetrised_wanted = Signal(int)
    dope_wanted = Signal(int)
    keep_wanted = Signal(int)
    vasp_wanted = Signal(int)
    relax_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.candidate: Candidate | None = None
        self._html = ""
        self._relax_problem = ""
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("The candidate")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.viewport().setAutoFillBackground(False)
        self.buttons = QVBoxLayout()
        self.buttons.setSpacing(4)
        self.open = self._button("Open", "Open it as it was made (Enter)", self.open_wanted)
        self.symmetrised = self._button(
            "Symmetrised", "Open it in its higher space group", self.symmetrised_wanted
        )
        self.dope = self._button(
            "Dope…", "Open it and choose a dopant; Tc(x) is drawn (D)", self.dope_wanted
        )
        self.keep = self._button(
            "Keep", "Put it into the collection “My candidates” (Insert)", self.keep_wanted
        )
        self.vasp = self._button(
            "VASP…", "Write the inputs of a VASP calculation of it", self.vasp_wanted
        )
        self.relax = self._button("Relax", "", self.relax_wanted)
        self.buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 6, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.text, 1)
        layout.addLayout(self.buttons)
        self.show_candidate(None)

    def _button(self, text: str, tip: str, signal: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.clicked.connect(lambda: self._tell(signal))
        self.buttons.addWidget(button)
        return button

    def show_candidate(self, candidate: Candidate | None) -> None:
        self.candidate = candidate
        for button in (self.open, self.dope, self.keep, self.vasp):
            button.setEnabled(candidate is not None)
        higher = candidate is not None and candidate.judgement.symmetrised is not None
        self.symmetrised.setEnabled(higher)
        self.set_relax_problem(self._relax_problem)
        html = f"<p>{NOTHING}</p>" if candidate is None else details_html(candidate)
        if html != self._html:  # the same text keeps its place while the run goes on
            self._html = html
            self.text.setHtml(html)

    def set_relax_problem(self, problem: str) -> None:
        """Why nothing can be relaxed here; empty where it can."""
        self._relax_problem = problem
        relaxed = self.candidate is not None and self.candidate.judgement.stability is not None
        self.relax.setText("Relaxed" if relaxed else "Relax")
        self.relax.setEnabled(relaxed or (self.candidate is not None and not problem))
        hint = problem or "Relax it with CHGNet, and compare its energy"
        self.relax.setToolTip("Open it as it was after relaxing" if relaxed else hint)

    def _tell(self, signal: object) -> None:
        if self.candidate is not None:
            signal.emit(self.candidate.index)  # type: ignore[attr-defined]
