"""The one list of commands. Menus, tool bar, palette and the list of shortcuts are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from sc3d_desktop.panels.parts import blank_icon, icon


@dataclass(frozen=True)
class Command:
    """Something the user can do. ``group`` makes checkable commands exclude each other."""

    id: str
    text: str
    slot: Callable[..., Any]
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    checkable: bool = False
    checked: bool = False
    group: str = ""


class Commands(QObject):
    """Turns commands into actions of a window, and finds them by id."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def command(self, command_id: str) -> Command:
        return self._commands[command_id]

    def add(self, *commands: Command) -> None:
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"command {command.id} is there already")
            self._commands[command.id] = command
            self._actions[command.id] = self._action(command)

    def adopt(self, command_id: str, action: QAction) -> None:
        """List an action that Qt made itself, such as the one that shows a dock."""
        self._commands[command_id] = Command(command_id, action.text(), action.trigger)
        self._actions[command_id] = action

    def tint(self, palette: QPalette) -> None:
        """Colour the icons to suit the palette."""
        for command_id, command in self._commands.items():
            if command.icon:
                self._actions[command_id].setIcon(icon(command.icon, palette))

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self._window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        action.setCheckable(command.checkable or bool(command.group))
        action.setChecked(command.checked)
        if command.icon:
            action.setIcon(blank_icon())
        action.setToolTip(_tool_tip(command))
        action.triggered.connect(self._trigger(command))
        if command.group:
            self._group(command.group).addAction(action)
        self._window.addAction(action)
        return action

    def _trigger(self, command: Command) -> Callable[[bool], None]:
        if command.checkable:
            return lambda checked: command.slot(checked)
        return lambda _checked: command.slot()

    def _group(self, name: str) -> QActionGroup:
        if name not in self._groups:
            self._groups[name] = QActionGroup(self._window)
        return self._groups[name]


def plain(text: str) -> str:
    """A menu text without its mnemonic mark and dots."""
    return text.replace("&", "").rstrip("…")


def _tool_tip(command: Command) -> str:
    keys = ", ".join(
        QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in command.shortcuts
    )
    said = command.tip or plain(command.text)
    return f"{said} ({keys})" if keys else said
