"""The main window: it places the panels and joins them to the document."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.panels.compare import ComparisonView
from sc3d_desktop.panels.dataset_browser import DatasetBrowser
from sc3d_desktop.panels.generator import Generator
from sc3d_desktop.panels.icsd_screening import IcsdScreening
from sc3d_desktop.panels.jobs import JobBar
from sc3d_desktop.panels.parts.row_table import RowTable
from sc3d_desktop.panels.structure_editor import StructureEditor
from sc3d_desktop.panels.tc_predictor import TcPredictor
from sc3d_desktop.paths import examples
from sc3d_desktop.viz.crystal_canvas import CrystalCanvas
from sc3d_desktop.window.about import AboutDialog, ShortcutsDialog
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners
from sc3d_desktop.window.candidates import CandidateDesk
from sc3d_desktop.window.catalogue import CatalogueDesk
from sc3d_desktop.window.command_palette import CommandPalette
from sc3d_desktop.window.command_table import all_commands
from sc3d_desktop.window.commands import Commands
from sc3d_desktop.window.compare import ComparisonDesk
from sc3d_desktop.window.denoising import DenoisingStage
from sc3d_desktop.window.docks import focus_next
from sc3d_desktop.window.drop import DropTarget
from sc3d_desktop.window.files import Files
from sc3d_desktop.window.generated import GeneratedDesk
from sc3d_desktop.window.generation import GenerationDesk
from sc3d_desktop.window.imports import Imports
from sc3d_desktop.window.layout import Layout
from sc3d_desktop.window.menus import ROW_MENU, build_menus, build_tool_bar, fill_with_files
from sc3d_desktop.window.model_card import ModelCard
from sc3d_desktop.window.models import ModelsDesk
from sc3d_desktop.window.screening import ScreeningDesk
from sc3d_desktop.window.session import Session
from sc3d_desktop.window.shelf import title
from sc3d_desktop.window.start_page import StartPage
from sc3d_desktop.window.theme import apply_theme
from sc3d_desktop.window.triage import TriageDialog

_TITLE = "SC3D Desktop"
_NEEDS_CRYSTAL = (
    *("file.save", "file.vasp", "file.qe", "file.picture", "file.findings", "edit.dopant"),
    "data.made",
    *("view.a", "view.b", "view.c", "view.reset", "view.compare", "view.compare_file"),
)
_AUTOSAVE_MS = 1000


class MainWindow(QMainWindow):
    """``closed`` comes once, when the window is closed and its layout is kept."""

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("main_window")
        self.canvas = CrystalCanvas()
        self.pictures = ComparisonView(self.canvas)
        self.start_page = StartPage()
        self.banners = Banners()
        self.editor = StructureEditor(session.document)
        self.predictor = TcPredictor(session.document, session.answer)
        self.job_bar = JobBar(session.engine)
        self.files = Files(session, self.banners, Ask(self), self)
        self.browser = DatasetBrowser(session.browser)
        self.catalogue = CatalogueDesk(session, self.browser, self.files, self.banners)
        downloads = session.browser.path.parent / "downloads"
        self.imports = Imports(self.catalogue, self.files.ask, self.banners, downloads)
        self.screening = IcsdScreening(session.plan, session.screening)
        self.screenings = ScreeningDesk(session, self.screening, self.files.ask)
        self.candidates = CandidateDesk(
            session, self.screening, self.files, self.catalogue, self.banners
        )
        self.generator = Generator(session.request_plan, session.generation)
        self.generations = GenerationDesk(session, self.generator)
        self.generated = GeneratedDesk(
            session, self.generator, self.files, self.catalogue, self.banners, self.add_dopant
        )
        self.comparisons = ComparisonDesk(
            session,
            self.pictures,
            self.files,
            self.banners,
            self._show_comparing,
            self.editor.pick_site,
        )
        self.model_card = ModelCard(session.engine, self.banners, self)
        self.models = ModelsDesk(session, self.files.ask, self.banners, self)
        self.commands = Commands(self)
        self.drop = DropTarget(self)
        self._dark = False
        self._autosave = QTimer(self, interval=_AUTOSAVE_MS, singleShot=True)
        self._autosave.timeout.connect(session.autosave.write)
        self._lay_out()
        self._add_commands()
        self._connect()
        self.set_theme(session.settings.theme)
        self.set_colour_by(session.settings.colour_by)
        self._show_crystal()
        self.arrangement.restore()

    # Building

    def _lay_out(self) -> None:
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start_page)
        self._stack.addWidget(self.pictures)
        self.denoising = DenoisingStage(self.session, self.generator, self._stack)
        layout.addWidget(self.banners)
        layout.addWidget(self._middle(), 1)
        self.setCentralWidget(central)
        panels: dict[str, QWidget] = {
            "dataset_browser": self.browser,
            "icsd_screening": self.screening,
            "generator": self.generator,
            "structure_editor": self.editor,
            "tc_predictor": self.predictor,
            "jobs": self.job_bar,
        }
        tables: dict[str, RowTable] = {
            "browser_columns": self.browser.table,
            "screening_columns": self.screening.run.table,
            "generator_columns": self.generator.run.table,
        }
        self.arrangement = Layout(self, self.session.settings, panels, tables)
        self.docks = self.arrangement.docks
        for dock in self.docks.values():
            self.drop.watch(dock)

    def _middle(self) -> QSplitter:
        """The crystal, and below it what was read, once that is more than one structure."""
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self._stack)
        splitter.addWidget(self.files.reading.table)
        splitter.setStretchFactor(0, 1)
        splitter.setChildrenCollapsible(False)
        self.files.reading.table.hide()
        return splitter

    def _add_commands(self) -> None:
        self.commands.add(*all_commands(self))
        for name, dock in self.docks.items():
            self.commands.adopt(f"dock.{name}", dock.toggleViewAction())
        menus = build_menus(self, self.commands)
        build_tool_bar(self, self.commands)
        self._recent_menu = menus["Open recent"]
        self._kept_menu = menus["Go back to unsaved edits"]
        rows = [self.commands[name] if name else None for name in ROW_MENU]
        self.browser.set_actions(rows)
        shipped = sorted(examples().glob("*.cif"))
        fill_with_files(menus["Open example"], shipped, self.files.open_paths)
        self.start_page.show_files(shipped)
        self._show_recent()

    def _connect(self) -> None:
        document = self.session.document
        document.crystal_changed.connect(self._show_crystal)
        document.selection_changed.connect(self.canvas.set_selection)
        document.history_changed.connect(self._show_history)
        self.canvas.site_clicked.connect(self.editor.pick_site)
        self.editor.header.findings_wanted.connect(self.show_findings)
        self.files.findings_wanted.connect(self.show_findings)
        self.predictor.known_wanted.connect(self.files.open_known)
        self.predictor.card_wanted.connect(self.model_card.show)
        self.predictor.vasp_wanted.connect(self.files.export_vasp)
        self.predictor.made_wanted.connect(lambda: self.catalogue.records.make(self))
        self.catalogue.projects.opened.connect(self.screenings.list_runs)
        self.catalogue.projects.opened.connect(self.generations.list_runs)
        self.start_page.browse_wanted.connect(self.show_browser)
        self.drop.entry_dropped.connect(self.catalogue.open_entry)
        self.drop.candidate_dropped.connect(self.candidates.open)
        self.start_page.open_wanted.connect(self.files.choose_and_open)
        self.start_page.file_wanted.connect(lambda path: self.files.open_paths([path]))
        self.drop.dropped.connect(self.files.open_paths)
        self.files.recent_changed.connect(self._show_recent)
        self.files.kept_changed.connect(self._show_kept)
        self.commands["file.read"].setEnabled(False)
        self.files.reading.listed.connect(lambda: self.commands["file.read"].setEnabled(True))
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        self._show_history()
        self._show_kept()

    # What is shown

    def _show_crystal(self, _crystal: Crystal | None = None) -> None:
        crystal = self.session.document.crystal
        self._stack.setCurrentWidget(self.start_page if crystal is None else self.pictures)
        for command_id in _NEEDS_CRYSTAL:
            self.commands[command_id].setEnabled(crystal is not None)
        if crystal is not None:
            self.canvas.set_crystal(crystal)
            self.canvas.set_selection(self.session.document.selection)
            self.canvas.set_site_remarks(self.session.document.symmetry.remarks)
            self._autosave.start()
        self._show_title()

    def _show_comparing(self, comparing: bool) -> None:
        self.commands["view.compare"].setChecked(comparing)

    def _show_history(self) -> None:
        document = self.session.document
        for command_id, can, text in (
            ("edit.undo", document.can_undo, document.undo_text),
            ("edit.redo", document.can_redo, document.redo_text),
        ):
            action = self.commands[command_id]
            action.setEnabled(can)
            word = self.commands.command(command_id).text
            action.setText(f"{word}: {text}" if can and text else word)
        self._show_title()

    def _show_title(self) -> None:
        document = self.session.document
        self.setWindowModified(document.modified)
        if document.crystal is None:
            self.setWindowTitle(_TITLE)
            return
        name = document.path.name if document.path else document.crystal.name
        said = formula(document.crystal.composition)
        self.setWindowTitle(f"{said}[*] · {name} · {_TITLE}" if name else f"{said}[*] · {_TITLE}")

    def _show_recent(self) -> None:
        self._recent_menu.clear()
        recent = [path for path in self.session.settings.recent_files if Path(path).is_file()]
        fill_with_files(self._recent_menu, map(Path, recent), self.files.open_paths)
        self._recent_menu.setEnabled(bool(recent))

    def _show_kept(self) -> None:
        menu = self._kept_menu
        menu.clear()
        for item in self.files.shelf:
            menu.addAction(title(item), partial(self.files.take_back, item))
        menu.menuAction().setVisible(len(self.files.shelf) > 0)

    # What the commands do

    def set_theme(self, name: str) -> None:
        self.session.settings.theme = name
        self._dark = apply_theme(name)
        self.pictures.set_theme(self._dark)
        self.predictor.set_theme(self._dark)
        self.browser.set_theme(self._dark)
        self.screening.set_theme(self._dark)
        self.generator.set_theme(self._dark)
        self.denoising.set_theme(self._dark)

    def set_colour_by(self, kind: str) -> None:
        self.session.settings.colour_by = kind
        self.pictures.set_colour_by(kind)

    def add_plots(self) -> None:
        """Make what is slow to import; the window is on the screen by now."""
        self.predictor.add_plot(self._dark)
        self.browser.add_plots(self._dark)
        self.screening.add_plots(self._dark)

    def show_browser(self) -> None:
        self.arrangement.bring_up("dataset_browser")
        self.browser.focus_search()

    def show_screening(self) -> None:
        self.arrangement.bring_up("icsd_screening")
        self.screening.focus_first()

    def show_generator(self) -> None:
        self.arrangement.bring_up("generator")
        self.generator.focus_first()

    def go_to_next_panel(self) -> None:
        """Give the keyboard to the next panel in sight: a source, crystal, editor, answer."""
        focus_next(
            {
                self.browser: self.browser.table,
                self.screening: self.screening.first,
                self.generator: self.generator.first,
                self.canvas: self.canvas,
                self.editor: self.editor.orbits,
                self.predictor: self.predictor,
            }
        )

    def add_dopant(self) -> None:
        self.docks["structure_editor"].show()
        self.editor.choose_dopant()

    def save_picture(self) -> None:
        self.files.save_picture(lambda path: self.pictures.render_image().save(str(path)))

    def open_palette(self) -> None:
        palette = CommandPalette(self.commands, self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def show_shortcuts(self) -> None:
        ShortcutsDialog(self.commands, self).open()

    def show_findings(self) -> None:
        """What was noticed in the file of the open crystal, beside its lines."""
        document = self.session.document
        if document.opened is not None:
            TriageDialog(document.opened.findings, document.path, self).open()

    def show_about(self) -> None:
        AboutDialog(self.job_bar.model_name, self.job_bar.device, self).open()

    def report(self, error: Sc3dError, details: str) -> None:
        """An error nobody expected: said once, with what a report needs."""
        clipboard = QGuiApplication.clipboard()
        self.banners.problem(error, ("Copy details", partial(clipboard.setText, details)))

    # The layout

    def restore_usual_layout(self) -> None:
        self.arrangement.restore_usual()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._tint)  # the icon font takes a while to load

    def _tint(self) -> None:
        self.commands.tint(QApplication.palette())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self.commands.tint(self.palette())

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._autosave.stop()
        self.session.autosave.write()
        self.arrangement.remember()
        self.session.settings.save()
        self.closed.emit()

    def _follow_system(self) -> None:
        if self.session.settings.theme == "system":
            self.set_theme("system")
