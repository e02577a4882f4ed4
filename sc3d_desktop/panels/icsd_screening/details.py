"""The card of one candidate: what it is, where it lies, how far to trust its Tc."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from sc3d_desktop.panels.icsd_screening import texts
from sc3d_desktop.panels.parts.text import disorder_word, formula_markup, kelvin
from sc3d_desktop.screening.store import Line

NOTHING = "Select a candidate to see what is known of it."


class Details(QWidget):
    """The signals carry the number of the line."""

    open_wanted = Signal(int)
    keep_wanted = Signal(int)
    vasp_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line_id: int | None = None
        self._html = ""
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("The candidate")
        self.text.setOpenExternalLinks(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.viewport().setAutoFillBackground(False)
        self.open, self.keep = QPushButton("Open", self), QPushButton("Keep", self)
        self.vasp = QPushButton("VASP…", self)
        for button, tip, signal in (
            (self.open, "Open it in the structure view (Enter)", self.open_wanted),
            (self.keep, "Put it into the collection “My candidates” (Insert)", self.keep_wanted),
            (self.vasp, "Write the inputs of a VASP calculation of it", self.vasp_wanted),
        ):
            button.setToolTip(tip)
            button.clicked.connect(lambda _on=False, s=signal: self._tell(s))
        self._lay_out()
        self.show_line(None, None)

    def _lay_out(self) -> None:
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        for button in (self.open, self.keep, self.vasp):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)

    def show_line(self, line_id: int | None, line: Line | None, known: str = "") -> None:
        """``known`` says in a sentence what the catalogue has to do with it."""
        self._line_id = line_id if line is not None else None
        for button in (self.open, self.keep, self.vasp):
            button.setEnabled(line is not None)
        html = f"<p>{NOTHING}</p>" if line is None else details_html(line, known)
        if html != self._html:  # the same text keeps its place while the run goes on
            self._html = html
            self.text.setHtml(html)

    def _tell(self, signal: Signal) -> None:
        if self._line_id is not None:
            signal.emit(self._line_id)  # type: ignore[attr-defined]


def details_html(line: Line, known: str = "") -> str:
    kind = f"{disorder_word(line.disorder)}, {line.n_sites} sites"
    head = f"<b>{formula_markup(line.formula)}</b> · {escape(line.identifier)}"
    parts = [head, *_answer(line), formula_markup(known), *_nearest(line), *_remarks(line)]
    body = "<br>".join(part for part in parts if part)
    return f"<p>{body}</p><p><small>{kind}<br>{escape(texts.where(line))}</small></p>"


def _answer(line: Line) -> Iterator[str]:
    if line.tc is None or line.tc_low is None or line.tc_high is None:
        return
    said = f"{kelvin(line.tc_low)} to {kelvin(line.tc_high)} K with 90 %"
    yield f"T<sub>c</sub> <b>{kelvin(line.tc)} K</b>, {said}, given that it superconducts"
    probable = texts.percent(line.p_superconductor)
    parts = [f"superconductor: {probable}" if probable else "", texts.domain(line).lower()]
    yield " · ".join(part for part in parts if part).capitalize()


def _nearest(line: Line) -> Iterator[str]:
    found = [
        f"{formula_markup(known['formula'])} ({kelvin(known['tc_kelvin'])} K)"
        for known in json.loads(line.nearest or "[]")
    ]
    if found:
        yield f"Nearest known: {', '.join(found)}"


def _remarks(line: Line) -> Iterator[str]:
    if said := texts.marks_tip(line):
        yield said
    for doubt in json.loads(line.doubts or "[]"):
        yield f"⚠ Doubtful: {escape(doubt)}"
