"""Which command stands where: menus and tool bar, by command id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from sc3d_desktop.window.commands import Commands

SEPARATOR = ""
Layout = Sequence[str | tuple[str, "Layout"]]

MENUS: Layout = (
    (
        "&File",
        (
            "file.open",
            ("Open &example", ()),
            ("Open &recent", ()),
            ("Go &back to unsaved edits", ()),
            SEPARATOR,
            "file.calculation",
            "file.calculation_folder",
            SEPARATOR,
            "file.save",
            ("&Export", ("file.vasp", "file.qe")),
            "file.picture",
            SEPARATOR,
            "file.save_project",
            "file.open_project",
            SEPARATOR,
            "file.findings",
            "file.read",
            SEPARATOR,
            "file.quit",
        ),
    ),
    ("&Edit", ("edit.undo", "edit.redo", SEPARATOR, "edit.dopant")),
    (
        "&Data",
        (
            "data.search",
            "data.screen",
            "data.generate",
            "data.clear",
            SEPARATOR,
            "data.open",
            "data.predict",
            "data.screen_chosen",
            "data.compare",
            "data.tag",
            "data.copy",
            "data.export",
            "data.vasp",
            SEPARATOR,
            "data.made",
            "data.records",
            SEPARATOR,
            "data.duplicates",
            SEPARATOR,
            "data.supercon3d",
            "data.3dsc",
            "data.htsc",
            "data.cifs",
        ),
    ),
    (
        "&View",
        (
            ("&Colour by", ("colour.element", "colour.disorder", "colour.contribution")),
            SEPARATOR,
            "show.bonds",
            "show.cell",
            "show.labels",
            "show.polyhedra",
            SEPARATOR,
            "view.a",
            "view.b",
            "view.c",
            "view.reset",
            SEPARATOR,
            "view.compare",
            "view.compare_file",
            SEPARATOR,
            ("&Theme", ("theme.system", "theme.light", "theme.dark")),
            (
                "&Panels",
                (
                    *("dock.dataset_browser", "dock.icsd_screening", "dock.generator"),
                    *("dock.structure_editor", "dock.tc_predictor", "dock.jobs"),
                ),
            ),
            "view.next",
            "view.layout",
            SEPARATOR,
            "view.palette",
        ),
    ),
    ("&Model", ("model.improve", "model.versions")),
    ("&Help", ("help.model_card", "help.shortcuts", "help.about")),
)

TOOL_BAR: Layout = (
    "file.open",
    "file.save",
    "file.vasp",
    "data.search",
    "data.screen",
    "data.generate",
    SEPARATOR,
    "edit.undo",
    "edit.redo",
    SEPARATOR,
    "view.reset",
    "view.a",
    "view.b",
    "view.c",
    "view.compare",
    SEPARATOR,
    "show.bonds",
    "show.cell",
    "show.labels",
    "show.polyhedra",
    SEPARATOR,
    "colour.element",
    "colour.disorder",
    "colour.contribution",
    SEPARATOR,
    "view.palette",
)
_WITH_TEXT = {
    **dict.fromkeys(("file.open", "file.save", "file.vasp", "data.search"), ""),
    **{"data.screen": "Screen", "data.generate": "Generate"},
}
"""With a shorter text than that of the menu, where there is one."""

ROW_MENU = (
    *("data.open", "data.predict", "data.screen_chosen", "data.compare"),
    *("data.copy", "data.export", "data.vasp"),
    *(SEPARATOR, "data.duplicates"),
)
"""What the menu of the rows in the dataset browser offers."""


def build_menus(window: QMainWindow, commands: Commands) -> dict[str, QMenu]:
    """The menu bar; returns the submenus that are filled while the program runs, by title."""
    open_menus: dict[str, QMenu] = {}
    for entry in MENUS:
        assert not isinstance(entry, str)
        title, entries = entry
        _fill(window.menuBar().addMenu(title), entries, commands, open_menus)
    return open_menus


def _fill(menu: QMenu, entries: Layout, commands: Commands, open_menus: dict[str, QMenu]) -> None:
    menu.setToolTipsVisible(False)
    for entry in entries:
        if entry == SEPARATOR:
            menu.addSeparator()
        elif isinstance(entry, str):
            menu.addAction(commands[entry])
        else:
            title, below = entry
            submenu = menu.addMenu(title)
            _fill(submenu, below, commands, open_menus)
            if not below:
                open_menus[title.replace("&", "")] = submenu


def build_tool_bar(window: QMainWindow, commands: Commands) -> QToolBar:
    bar = QToolBar("Tool bar", window)
    bar.setObjectName("tool_bar")
    bar.setIconSize(QSize(20, 20))
    bar.setMovable(False)
    for entry in TOOL_BAR:
        if entry == SEPARATOR:
            bar.addSeparator()
            continue
        assert isinstance(entry, str)
        bar.addAction(commands[entry])
        button = bar.widgetForAction(commands[entry])
        if entry in _WITH_TEXT and isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            if _WITH_TEXT[entry]:
                commands[entry].setIconText(_WITH_TEXT[entry])
    window.addToolBar(bar)
    return bar


def fill_with_files(
    menu: QMenu, paths: Iterable[Path], open_paths: Callable[[list[Path]], object]
) -> None:
    """An entry for each file, to open it."""
    for path in paths:
        action = menu.addAction(path.name)
        action.setToolTip(str(path))
        action.triggered.connect(lambda _checked=False, p=path: open_paths([p]))
    menu.setEnabled(not menu.isEmpty())
