"""The command palette: type a few letters, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.window.commands import Commands, plain

_WIDTH, _ROWS, _ROW_PX = 520, 10, 30


def matches(typed: str, text: str) -> bool:
    """Whether every typed word occurs in the text, in any order and case."""
    lowered = text.lower()
    return all(word in lowered for word in typed.lower().split())


class CommandPalette(QFrame):
    def __init__(self, commands: Commands, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._commands = commands
        self._window = parent
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Type a command")
        self.search.setAccessibleName("Search commands")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(self._run)

    def open(self) -> None:
        window = self._window
        self.search.clear()
        self._filter("")
        self.setFixedWidth(min(_WIDTH, window.width() - 32))
        self.list.setFixedHeight(_ROWS * _ROW_PX)
        self.adjustSize()
        left = (window.width() - self.width()) // 2
        self.move(window.mapToGlobal(QPoint(left, 64)))
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys move in the list while the letters go into the search field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = Qt.Key
            step = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: 9, keys.Key_PageUp: -9}
            if event.key() in step:
                self._move(step[keys(event.key())])
                return True
            if event.key() in (keys.Key_Return, keys.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _filter(self, typed: str) -> None:
        self.list.clear()
        for command_id in self._commands:
            action = self._commands[command_id]
            if action.isEnabled() and action.isVisible() and matches(typed, plain(action.text())):
                self._add_row(command_id)
        self.list.setCurrentRow(0)

    def _add_row(self, command_id: str) -> None:
        action = self._commands[command_id]
        item = QListWidgetItem(self.list)
        item.setData(Qt.ItemDataRole.UserRole, command_id)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, plain(action.text()))
        item.setSizeHint(
            self.list.sizeHint().scaled(1, _ROW_PX, Qt.AspectRatioMode.IgnoreAspectRatio)
        )
        row = QWidget()
        row.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(8, 0, 8, 0)
        keys = QLabel(action.shortcut().toString(), row)
        keys.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout.addWidget(QLabel(plain(action.text()), row), 1)
        layout.addWidget(keys)
        self.list.setItemWidget(item, row)

    def _move(self, step: int) -> None:
        last = self.list.count() - 1
        self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + step)))

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        self.hide()
        self._commands[item.data(Qt.ItemDataRole.UserRole)].trigger()
