"""What goes into a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.data.content import crystal_as_json, crystal_from_json
from sc3d_desktop.errors import CrystalError, ProjectError


@dataclass(frozen=True)
class KeptDocument:
    """A crystal somebody works on: as opened, as it is now, its file or the
    collection it is of, and the edits between.
    """

    opened: Crystal
    crystal: Crystal
    file: str = ""
    collection: str = ""
    edits: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "opened": crystal_as_json(self.opened),
            "crystal": crystal_as_json(self.crystal),
            "file": self.file,
            "collection": self.collection,
            "edits": list(self.edits),
        }


def document_from_json(data: Any) -> KeptDocument:
    """Raises ``ProjectError`` for anything but what ``as_json`` gave."""
    try:
        opened, crystal = crystal_from_json(data["opened"]), crystal_from_json(data["crystal"])
        texts = (str(data["file"]), str(data["collection"]))
        return KeptDocument(opened, crystal, *texts, tuple(map(str, data["edits"])))
    except (CrystalError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
        said = "A crystal of the project is damaged."
        raise ProjectError(said, "Save the project again where it came from.") from e


@dataclass(frozen=True)
class Contents:
    """What is to be saved. ``collections`` names those of the catalogue that go along, None all but
    the starter set, which every copy of the program has. ``model`` is the name of the model and its
    hash, ``weights`` the file of a version that did not come with the program, ``recipes`` the
    folder of a ``RecipeStore``.

    Coordinates that may not be passed on are left out unless ``all_coordinates`` is asked for.
    """

    title: str
    author: str = ""
    catalogue: Path | None = None
    documents: tuple[KeptDocument, ...] = ()
    collections: tuple[str, ...] | None = None
    records: bool = True
    queries: bool = True
    recipes: Path | None = None
    screenings: tuple[Path, ...] = ()
    generated: tuple[Path, ...] = ()
    model: str = ""
    weights: Path | None = None
    all_coordinates: bool = False
