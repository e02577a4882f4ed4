"""What is finished of a task, kept on disk until the version is written, so that one that was
stopped goes on. Numbers in safetensors, words in JSON; what is damaged counts as not done.
Loads no torch.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from sc3d_desktop.errors import TrainingError
from sc3d_desktop.paths import user_data, write_whole

Arrays = dict[str, NDArray[Any]]

_ABOUT, _SUFFIX = "about.json", ".safetensors"
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stopped:
    """A task that was begun: ``about`` is what was said of it, ``parts`` how much is done."""

    key: str
    about: dict[str, Any]
    parts: int
    begun_at: str


class Work:
    """The parts of the task ``key``, a SHA-256 of all that it depends on, within ``folder``;
    without a folder nothing is kept. ``about`` says for people, and for going on, what the task is.
    """

    def __init__(
        self, folder: Path | None, key: str, about: Mapping[str, Any] | None = None
    ) -> None:
        self._folder = None if folder is None else folder / key
        self._key, self._about = key, dict(about or {})

    @property
    def parts(self) -> int:
        return 0 if self._folder is None else len(list(self._folder.glob(f"*{_SUFFIX}")))

    def get(self, name: str) -> Arrays | None:
        """A part that is done and undamaged."""
        if self._folder is None:
            return None
        try:
            with safe_open(self._folder / f"{name}{_SUFFIX}", framework="numpy") as file:
                told = file.metadata() or {}
                arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
        except (OSError, SafetensorError, ValueError):
            return None
        return arrays if told == self._told(name, arrays) else None

    def put(self, name: str, arrays: Arrays) -> None:
        """Keep a part. Raises ``TrainingError`` where it cannot be written."""
        if self._folder is None:
            return
        whole = {key: np.ascontiguousarray(value) for key, value in arrays.items()}
        try:
            if not (self._folder / _ABOUT).is_file():
                write_whole(self._folder / _ABOUT, self._words())
            write_whole(self._folder / f"{name}{_SUFFIX}", save(whole, self._told(name, whole)))
        except OSError as error:
            raise TrainingError(
                f"What is done of the improvement cannot be kept: {error.strerror}.",
                f"Free some space for {self._folder.parent}.",
            ) from error

    def remove(self) -> None:
        if self._folder is not None and self._folder.is_dir():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _words(self) -> bytes:
        begun = datetime.now(UTC).isoformat(timespec="seconds")
        return json.dumps({"about": self._about, "begun_at": begun}).encode()

    def _told(self, name: str, arrays: Arrays) -> dict[str, str]:
        """What the header of a part says: whose it is, and the hash of its numbers."""
        digest = hashlib.sha256()
        for key in sorted(arrays):
            value = arrays[key]
            digest.update(f"{key} {value.dtype} {value.shape} ".encode() + value.tobytes())
        return {"task": self._key, "part": name, "sha256": digest.hexdigest()}


def folder() -> Path:
    return user_data() / "fine-tune"


def stopped(within: Path | None = None) -> tuple[Stopped, ...]:
    """The tasks that were begun and not finished, the latest first."""
    found = [_stopped(path) for path in (within or folder()).glob(f"*/{_ABOUT}")]
    return tuple(sorted((s for s in found if s), key=lambda s: s.begun_at, reverse=True))


def _stopped(path: Path) -> Stopped | None:
    """None where the words are damaged: the task still goes on when it is asked for again."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        about, begun = dict(told["about"]), str(told["begun_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    key = path.parent.name
    return Stopped(key, about, Work(path.parents[1], key).parts, begun)


def forget(key: str, within: Path | None = None) -> None:
    """Remove what is kept of a task."""
    if _KEY.fullmatch(key):
        Work(within or folder(), key).remove()
