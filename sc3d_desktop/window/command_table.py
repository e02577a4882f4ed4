"""What can be done in the window, as commands over its parts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from sc3d_desktop.window.commands import Command
from sc3d_desktop.window.theme import THEMES

if TYPE_CHECKING:
    from sc3d_desktop.window.main_window import MainWindow

_COLOURS = (
    ("element", "Colour by &element", "mdi6.palette-outline", ""),
    ("disorder", "Colour by &disorder", "mdi6.chart-pie-outline", ""),
    (
        "contribution",
        "Colour by &contribution to Tc",
        "mdi6.thermometer",
        "Colour by contribution to Tc: how the model adds up its answer, not a mechanism",
    ),
)
_PARTS = (
    ("bonds", "Show &bonds", "mdi6.graph-outline", True),
    ("cell", "Show unit &cell", "mdi6.cube-outline", True),
    ("labels", "Show &labels", "mdi6.label-outline", False),
    ("polyhedra", "Show &polyhedra", "mdi6.hexagon-outline", False),
)
_THEME_NAMES = {"system": "As the &system", "light": "&Light", "dark": "&Dark"}


def all_commands(window: MainWindow) -> Iterable[Command]:
    yield from _file_commands(window)
    yield from _edit_commands(window)
    yield from _data_commands(window)
    yield from _view_commands(window)
    yield from _model_commands(window)
    yield from _help_commands(window)


def _file_commands(window: MainWindow) -> Iterable[Command]:
    files = window.files
    yield Command(
        "file.open", "&Open…", files.choose_and_open, ("Ctrl+O",), "mdi6.folder-open-outline"
    )
    yield Command(
        "file.calculation",
        "Open &calculation…",
        files.results.choose_file,
        tip="Show what VASP or Quantum ESPRESSO gave back: structure, bands, DOS, Tc from α²F",
    )
    yield Command(
        "file.calculation_folder", "Open calculation &folder…", files.results.choose_folder
    )
    yield Command(
        "file.save",
        "&Save as…",
        files.save_as,
        ("Ctrl+S", "Ctrl+Shift+S"),
        "mdi6.content-save-outline",
        tip="Save as CIF, POSCAR, extended XYZ or pymatgen JSON",
    )
    yield Command(
        "file.vasp",
        "&VASP folder…",
        files.export_vasp,
        ("Ctrl+E",),
        "mdi6.export-variant",
        tip="Write the inputs of a VASP calculation of this crystal, disordered or not",
    )
    yield Command(
        "file.qe",
        "&Quantum ESPRESSO folder…",
        files.export_qe,
        tip="Write the inputs of a Quantum ESPRESSO calculation of this crystal",
    )
    yield Command(
        "file.picture", "Save &picture…", window.save_picture, ("Ctrl+P",), "mdi6.image-outline"
    )
    yield Command(
        "file.findings",
        "What was &noticed in the file…",
        window.show_findings,
        tip="What was repaired on reading, and what is doubtful",
    )
    yield Command(
        "file.read",
        "What was rea&d",
        files.reading.table.show,
        tip="Show the table of all that was read last",
    )
    projects = window.catalogue.projects
    yield Command(
        "file.save_project",
        "Save pro&ject…",
        partial(projects.save, window),
        ("Ctrl+Alt+S",),
        tip="Crystals, collections, lab records and runs in one archive, to pass on and cite",
    )
    yield Command(
        "file.open_project",
        "Open projec&t…",
        projects.choose,
        ("Ctrl+Alt+O",),
        tip="Bring a project in beside what there is; nothing is replaced",
    )
    yield Command("file.quit", "&Quit", window.close, ("Ctrl+Q",))


def _edit_commands(window: MainWindow) -> Iterable[Command]:
    document = window.session.document
    yield Command("edit.undo", "&Undo", document.undo, ("Ctrl+Z",), "mdi6.undo")
    yield Command("edit.redo", "&Redo", document.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "mdi6.redo")
    yield Command("edit.dopant", "Add &dopant…", window.add_dopant, ("Ctrl+D",))


def _data_commands(window: MainWindow) -> Iterable[Command]:
    browser, catalogue, imports = window.browser, window.catalogue, window.imports
    yield Command(
        "data.search",
        "&Browse dataset",
        window.show_browser,
        ("Ctrl+F",),
        "mdi6.database-search-outline",
        tip="Search the catalogue of known superconductors",
    )
    yield Command(
        "data.screen",
        "&Screen structures",
        window.show_screening,
        ("Ctrl+Shift+F",),
        "mdi6.filter-outline",
        tip="Predict all of a folder, archive, database or collection, and rank what comes out",
    )
    yield Command(
        "data.generate",
        "&Generate candidates…",
        window.show_generator,
        ("Ctrl+G",),
        "mdi6.creation-outline",
        tip="Make crystals that nobody has made, for a Tc, of some elements, like another",
    )
    yield Command(
        "data.open",
        "&Open in the structure view",
        browser.open_chosen,
        tip="Open the selected entry; Enter does so in the table",
    )
    yield Command("data.predict", "&Predict Tc", catalogue.predict)
    yield Command(
        "data.screen_chosen",
        "&Screen selected…",
        partial(_screen_chosen, window),
        tip="Put the selected entries among what is to be screened",
    )
    yield Command("data.compare", "&Compare side by side…", browser.compare_chosen)
    yield Command("data.tag", "&Tag…", catalogue.tag)
    yield Command("data.copy", "Copy &formula", browser.table.copy)
    yield Command(
        "data.export",
        "&Export entries…",
        catalogue.export,
        tip="Write the selected entries, or all that were found, as CSV, XLSX or CIF files",
    )
    yield Command(
        "data.vasp",
        "Export &VASP folders…",
        catalogue.hand_off,
        tip="Write the inputs of calculations of the selected entries; several go into one archive",
    )
    yield Command(
        "data.made",
        "I &made it…",
        partial(catalogue.records.make, window),
        ("Ctrl+M",),
        "mdi6.flask-outline",
        tip="Record what you measured on a sample of the open crystal, beside what was predicted",
    )
    yield Command(
        "data.records",
        "My &records…",
        partial(catalogue.records.show, window),
        ("Ctrl+Shift+M",),
        tip="What you measured, against what was predicted before",
    )
    yield Command("data.duplicates", "Find &duplicates", catalogue.find_duplicates)
    yield Command("data.clear", "Clear all f&ilters", browser.clear)
    yield Command("data.supercon3d", "Import &SuperCon3D…", imports.supercon3d)
    yield Command("data.3dsc", "Import &3DSC…", imports.three_dsc)
    yield Command("data.htsc", "Import &HTSC-2025…", imports.htsc)
    yield Command("data.cifs", "Import f&older of CIFs…", imports.cif_folder)


def _screen_chosen(window: MainWindow) -> None:
    ids = window.browser.chosen.tolist()
    if ids:
        window.screenings.close_run()
        window.screenings.sources.add_entries(ids)
        window.show_screening()


def _view_commands(window: MainWindow) -> Iterable[Command]:
    canvas = window.canvas
    for kind, text, icon, tip in _COLOURS:
        yield Command(
            f"colour.{kind}",
            text,
            lambda kind=kind: window.set_colour_by(kind),
            icon=icon,
            tip=tip,
            group="colour",
            checked=window.session.settings.colour_by == kind,
        )
    for part, text, icon, shown in _PARTS:
        yield Command(
            f"show.{part}",
            text,
            lambda on, part=part: window.pictures.set_show(part, on),
            icon=icon,
            checkable=True,
            checked=shown,
        )
    for n, axis in enumerate("abc", start=1):
        yield Command(
            f"view.{axis}",
            f"Look along {axis}",
            lambda axis=axis: canvas.view_along(axis),
            (f"Ctrl+{n}",),
            f"mdi6.alpha-{axis}-box-outline",
        )
    yield Command(
        "view.reset", "Whole &crystal", canvas.reset_view, ("Ctrl+0",), "mdi6.fit-to-page-outline"
    )
    comparisons = window.comparisons
    yield Command(
        "view.compare",
        "Compare A|&B",
        comparisons.toggle,
        ("Ctrl+B",),
        "mdi6.compare",
        tip="Show the crystal as it was opened beside the edited one, and what differs",
        checkable=True,
    )
    yield Command("view.compare_file", "Compare with a &file…", comparisons.choose_file)
    for theme in THEMES:
        yield Command(
            f"theme.{theme}",
            _THEME_NAMES[theme],
            lambda theme=theme: window.set_theme(theme),
            group="theme",
            checked=window.session.settings.theme == theme,
        )
    yield Command("view.next", "&Next panel", window.go_to_next_panel, ("F6",))
    yield Command("view.layout", "&Usual layout", window.restore_usual_layout)
    yield Command(
        "view.palette",
        "Command &palette…",
        window.open_palette,
        ("Ctrl+Shift+P", "Ctrl+K"),
        "mdi6.magnify",
    )


def _model_commands(window: MainWindow) -> Iterable[Command]:
    yield Command(
        "model.improve",
        "&Improve the model on my data…",
        window.models.improve,
        tip="Let the Tc model learn what you measured, and judge what came of it",
    )
    yield Command(
        "model.versions",
        "&Versions…",
        window.models.show,
        tip="The versions of the Tc model: use, compare, roll back, delete",
    )


def _help_commands(window: MainWindow) -> Iterable[Command]:
    yield Command("help.model_card", "&Model card", window.model_card.show)
    yield Command("help.shortcuts", "&Keyboard shortcuts", window.show_shortcuts, ("F1",))
    yield Command("help.about", "&About SC3D Desktop", window.show_about)
