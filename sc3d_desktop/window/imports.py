"""Bringing collections into the catalogue: the question, the files, the import."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sc3d_desktop.data.entry import Collection
from sc3d_desktop.data.importers import CifFolder, EntrySource, Htsc, SuperCon3D, ThreeDSC
from sc3d_desktop.errors import Sc3dError
from sc3d_desktop.jobs.catalogue import DownloadSuperCon3D
from sc3d_desktop.window.ask import Ask
from sc3d_desktop.window.banner import Banners
from sc3d_desktop.window.catalogue import CatalogueDesk
from sc3d_desktop.window.import_dialog import Way

_FOLDER = Way("folder", "From a folder…")
_ARCHIVE = Way("archive", "From a zip archive…")
_DOWNLOAD = Way("download", "Download", "From its authors' repository, about 4 MB")
_IMPORT = Way("import", "Import")
_WITH_TABLE = Way("table", "Import with a table of Tc…", "A CSV file with columns file and Tc")


class Imports:
    """Licence and source are shown before anything is read but its name."""

    def __init__(self, desk: CatalogueDesk, ask: Ask, banners: Banners, downloads: Path) -> None:
        self._desk, self._ask, self._banners = desk, ask, banners
        self._downloads = downloads

    def supercon3d(self) -> None:
        way = self._ask.way_to_import(SuperCon3D.collection, (_DOWNLOAD, _FOLDER, _ARCHIVE))
        if way == _DOWNLOAD.key:
            job = DownloadSuperCon3D(self._downloads / "supercon3d.zip")
            self._desk.run_then(job, lambda path: self._bring_in(SuperCon3D, path))
        else:
            self._from_files(way, SuperCon3D, SuperCon3D.collection)

    def three_dsc(self) -> None:
        way = self._ask.way_to_import(ThreeDSC.collection, (_FOLDER, _ARCHIVE))
        self._from_files(way, ThreeDSC, ThreeDSC.collection)

    def htsc(self) -> None:
        way = self._ask.way_to_import(Htsc.collection, (_FOLDER, _ARCHIVE))
        self._from_files(way, Htsc, Htsc.collection)

    def cif_folder(self) -> None:
        """Here the folder comes first: title and source are its own."""
        folder = self._ask.folder("Folder of CIF files")
        source = self._made(CifFolder, folder) if folder is not None else None
        if folder is None or source is None:
            return
        way = self._ask.way_to_import(source.collection, (_IMPORT, _WITH_TABLE))
        if way == _WITH_TABLE.key:
            table = self._ask.file_to_read("Table of Tc", "Tables (*.csv);;All files (*)")
            source = self._made(lambda f: CifFolder(f, table), folder) if table else None
        if way and source is not None:
            self._desk.bring_in(source)

    def _from_files(
        self, way: str, make: Callable[[Path], EntrySource], collection: Collection
    ) -> None:
        path = None
        if way == _FOLDER.key:
            path = self._ask.folder(f"Folder of {collection.name}")
        elif way == _ARCHIVE.key:
            kinds = "Zip archives (*.zip);;All files (*)"
            path = self._ask.file_to_read(f"Archive of {collection.name}", kinds)
        if path is not None:
            self._bring_in(make, path)

    def _bring_in(self, make: Callable[[Path], EntrySource], path: Path) -> None:
        source = self._made(make, path)
        if source is not None:
            self._desk.bring_in(source)

    def _made(self, make: Callable[[Path], EntrySource], path: Path) -> EntrySource | None:
        try:
            return make(path)
        except Sc3dError as error:
            self._banners.problem(error)
            return None
