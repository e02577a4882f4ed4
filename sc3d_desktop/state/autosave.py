"""Unsaved edits on disk, so that a crash or a power cut loses none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.crystal.findings import finding_from_json
from sc3d_desktop.errors import CrystalError
from sc3d_desktop.paths import user_data
from sc3d_desktop.state.document import Document
from sc3d_desktop.state.store import read_json, set_aside, write_json

_VERSION = 1


@dataclass(frozen=True)
class Unsaved:
    """Edits that were not saved: the crystal as opened, as left, and its file."""

    opened: Crystal
    crystal: Crystal
    path: Path | None


class Autosave:
    """Follows a document. ``write`` is cheap when nothing has changed; call it from a timer, when
    the window closes and before another crystal is opened.
    """

    def __init__(self, document: Document, file: Path | None = None) -> None:
        self._document = document
        self._file = file if file is not None else user_data() / "session.json"
        self._written: tuple[str, bool] | None = None

    def write(self) -> None:
        """Bring the file up to date: the edits, or nothing when all is saved."""
        document = self._document
        crystal, opened = document.crystal, document.opened
        if crystal is None or opened is None:
            return
        state = (crystal.key, document.modified)
        if state == self._written:
            return
        if document.modified:
            path = str(document.path) if document.path else None
            data = {"opened": _as_json(opened), "crystal": _as_json(crystal), "path": path}
            write_json(self._file, {"version": _VERSION} | data)
        else:
            self.discard()
        self._written = state

    def unsaved(self) -> Unsaved | None:
        """What an earlier run left unsaved, or None."""
        data = read_json(self._file, _VERSION)
        if data is None:
            return None
        try:
            path = Path(data["path"]) if data["path"] else None
            return Unsaved(_from_json(data["opened"]), _from_json(data["crystal"]), path)
        except (CrystalError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            set_aside(self._file)
            return None

    def discard(self) -> None:
        self._written = None
        self._file.unlink(missing_ok=True)


def _as_json(crystal: Crystal) -> dict[str, Any]:
    return {
        "name": crystal.name,
        "findings": [finding.as_json() for finding in crystal.findings],
        "block": crystal.block,
        "lattice": crystal.lattice.tolist(),
        "sites": [[s.label, list(s.frac), dict(s.species)] for s in crystal.sites],
    }


def _from_json(data: dict[str, Any]) -> Crystal:
    sites = tuple(
        Site(label, Species(species), tuple(frac)) for label, frac, species in data["sites"]
    )
    findings = tuple(finding_from_json(f) for f in data.get("findings", ()))
    return Crystal(data["lattice"], sites, data["name"], findings, data.get("block", ""))
