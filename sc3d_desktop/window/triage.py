"""What was noticed when a file was read, beside the file's own lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontDatabase, QPalette, QTextCursor, QTextFormat
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.crystal.files import is_archive
from sc3d_desktop.crystal.findings import Finding, Kind
from sc3d_desktop.panels.parts import Note, icon
from sc3d_desktop.window.about import with_close_button

_ICONS = {Kind.REPAIRED: "mdi6.wrench-outline", Kind.DOUBTFUL: "mdi6.alert-outline"}
_WORDS = {Kind.REPAIRED: "Repaired", Kind.DOUBTFUL: "Doubtful"}
_LARGEST_SHOWN_BYTES = 2_000_000
_SIZE = (860, 520)
_TINT = 60


def summary(findings: Sequence[Finding]) -> str:
    """``1 doubt, 2 repairs``."""
    counts = [(sum(f.kind is kind for f in findings), word) for kind, word in _COUNTED]
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n)


_COUNTED = ((Kind.DOUBTFUL, "doubt"), (Kind.REPAIRED, "repair"))


class TriageDialog(QDialog):
    """Doubts before repairs; choosing one shows its line of the file."""

    def __init__(
        self, findings: Sequence[Finding], path: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = path.name if path else "the crystal"
        self.setWindowTitle(f"What was noticed in {name}")
        self.findings = sorted(findings, key=lambda f: f.kind is Kind.REPAIRED)
        self.list = QListWidget(self)
        self.list.setWordWrap(True)
        self.list.setAccessibleName("What was noticed")
        self.text = self._file_text(path)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.list)
        splitter.addWidget(self.text)
        splitter.setSizes([_SIZE[0] * 2 // 5, _SIZE[0] * 3 // 5])
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(QLabel(f"<b>{summary(self.findings) or 'Nothing'}</b>", body))
        layout.addWidget(splitter, 1)
        layout.addWidget(Note("A repair loses nothing. After a doubt, check the file.", body))
        with_close_button(self, body)
        self.resize(*_SIZE)
        self._fill()
        self.list.currentRowChanged.connect(self._point_at)
        self.list.setCurrentRow(0)

    def _fill(self) -> None:
        for finding in self.findings:
            place = f" (line {finding.line})" if finding.line else ""
            item = QListWidgetItem(f"{_WORDS[finding.kind]}: {finding.text}{place}", self.list)
            item.setIcon(icon(_ICONS[finding.kind], self.palette()))

    def _file_text(self, path: Path | None) -> QPlainTextEdit:
        text = QPlainTextEdit(self)
        text.setReadOnly(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setAccessibleName("The file")
        text.setPlainText(_read(path) if path else "")
        text.setVisible(bool(text.toPlainText()))
        return text

    def _point_at(self, row: int) -> None:
        line = self.findings[row].line if 0 <= row < len(self.findings) else None
        block = self.text.document().findBlockByNumber(line - 1) if line else None
        if block is None or not block.isValid():
            self.text.setExtraSelections([])
            return
        cursor = QTextCursor(block)
        mark = QTextEdit.ExtraSelection()
        colour = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        colour.setAlpha(_TINT)
        mark.format.setBackground(colour)
        mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        mark.cursor = cursor
        self.text.setExtraSelections([mark])
        self.text.setTextCursor(cursor)
        self.text.centerCursor()


def _read(path: Path) -> str:
    """The text, or as much as can be shown; the file may have gone since it was opened."""
    if is_archive(path.name):
        return ""
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST_SHOWN_BYTES)
    except OSError:
        return ""
    return raw.decode("utf-8-sig", errors="replace")
