"""The command palette: type a few letters, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.window.commands import Commands, plain

_WIDTH, _ROWS, _ROW_PX = 520, 10, 30
_ID = Qt.ItemDataRole.UserRole


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
        self.list = self._list()
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
        self.adjustSize()
        left = (window.width() - self.width()) // 2
        self.move(window.mapToGlobal(QPoint(left, 64)))
        self.show()
        self.search.setFocus()

    @property
    def found(self) -> list[str]:
        """The ids of the commands that match what was typed."""
        items = (self.list.topLevelItem(i) for i in range(self.list.topLevelItemCount()))
        return [item.data(0, _ID) for item in items if item is not None]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrow keys move in the list while the letters go into the search field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = Qt.Key
            steps = {keys.Key_Down: 1, keys.Key_Up: -1, keys.Key_PageDown: 9, keys.Key_PageUp: -9}
            step = steps.get(keys(event.key()), 0)
            if step:
                self._move(step)
                return True
            if event.key() in (keys.Key_Return, keys.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _list(self) -> QTreeWidget:
        made = QTreeWidget(self)
        made.setColumnCount(2)
        made.setHeaderHidden(True)
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setFixedHeight(_ROWS * _ROW_PX + 4)
        made.header().setStretchLastSection(False)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        return made

    def _filter(self, typed: str) -> None:
        self.list.clear()
        for command_id in self._commands:
            action = self._commands[command_id]
            if action.isEnabled() and action.isVisible() and matches(typed, plain(action.text())):
                native = QKeySequence.SequenceFormat.NativeText
                keys = action.shortcut().toString(native)
                item = QTreeWidgetItem(self.list, [plain(action.text()), keys])
                item.setData(0, _ID, command_id)
                item.setSizeHint(0, QSize(0, _ROW_PX))
        self._go_to(0)

    def _move(self, step: int) -> None:
        last = self.list.topLevelItemCount() - 1
        self._go_to(max(0, min(last, self.list.currentIndex().row() + step)))

    def _go_to(self, row: int) -> None:
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)

    def _run(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        self.hide()
        self._commands[item.data(0, _ID)].trigger()
