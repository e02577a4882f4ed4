"""The files of a project as they are written: each with its hash, all or none of them there."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from sc3d_desktop.errors import ProjectError
from sc3d_desktop.project.manifest import FileFact

_PIECE = 1 << 20
_ODD = re.compile(r"[^\w.,+() -]+")


class Writer:
    """Collects files below ``folder``; ``files`` is what the manifest says of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, FileFact] = {}
        self.packed: Path | None = None

    def text(self, name: str, text: str) -> None:
        path = self.place(name)
        path.write_text(text, encoding="utf-8", newline="")
        self.add(name)

    def copy(self, source: Path, name: str) -> None:
        shutil.copyfile(source, self.place(name))
        self.add(name)

    def place(self, name: str) -> Path:
        """Where a file goes that others write; ``add`` follows when it is there."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add(self, name: str) -> None:
        path = self.folder / name
        self.files[name] = FileFact(path.stat().st_size, sha256_of(path))

    def pack(self) -> Generator[int, None, None]:
        """Make an archive of what is there; yields how many files are in it."""
        self.packed = self.folder.with_name(f"{self.folder.name}.zip")
        with zipfile.ZipFile(self.packed, "w", zipfile.ZIP_DEFLATED) as archive:
            files = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
            for done, path in enumerate(files, start=1):
                archive.write(path, path.relative_to(self.folder).as_posix())
                yield done


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def plain_name(text: str, otherwise: str = "unnamed") -> str:
    """A text as a file name on any system."""
    return _ODD.sub("-", text).strip(" .-")[:80] or otherwise


@contextmanager
def staged(out: Path) -> Iterator[Writer]:
    """A folder beside ``out`` that becomes it when all went well, or the archive that was packed of
    it, and goes when not. Raises ``ProjectError`` where it cannot be written.
    """
    if out.exists():
        raise ProjectError(f"{out.name} is there already.", "Choose another name.")
    writer = Writer(out.with_name(f".{out.name[:60]}-{token_hex(4)}"))
    try:
        writer.folder.mkdir(parents=True)
        yield writer
        (writer.packed or writer.folder).rename(out)
    except OSError as error:
        message = f"{out.name} could not be written: {error.strerror or error}."
        raise ProjectError(message, "Choose another folder, or free some space.") from error
    finally:
        shutil.rmtree(writer.folder, ignore_errors=True)
        if writer.packed is not None:
            writer.packed.unlink(missing_ok=True)
