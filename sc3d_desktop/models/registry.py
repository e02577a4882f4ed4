"""The versions of the Tc model on this machine: the shipped one, and those improved on the user's
data. Which one answers is kept here, so window and command line agree. Loads no torch.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sc3d_desktop.errors import ModelError
from sc3d_desktop.paths import user_data, weights, write_whole

SHIPPED = "shipped"
"""The name of the version that came with the program."""

SUFFIX = ".safetensors"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_LARGEST_HEADER = 10_000_000
_KEPT_STEPS = 50
_LIST = "“sc3d models list” shows what there is."


@dataclass(frozen=True)
class Version:
    """A version on disk; ``card`` is the header of its file, empty where ``problem`` says why it
    cannot be read.
    """

    name: str
    path: Path
    sha256: str = ""
    card: dict[str, Any] | None = None
    problem: str = ""

    @property
    def about(self) -> dict[str, Any]:
        """How it was improved; empty for the shipped version and for one that cannot be read."""
        found = ((self.card or {}).get("training") or {}).get("fine_tune")
        return found if isinstance(found, dict) else {}


def folder() -> Path:
    return user_data() / "models"


def versions() -> tuple[Version, ...]:
    """The shipped one first, the others by date and name; those that cannot be read last."""
    own = [_version(path.stem, path) for path in folder().glob(f"*{SUFFIX}")]
    own.sort(key=lambda v: (bool(v.problem), str(v.about.get("made_at", "")), v.name))
    return (_version(SHIPPED, weights_file(SHIPPED)), *own)


def find(name: str) -> Version:
    """A version by its name. Raises ``ModelError`` where there is none or it cannot be read."""
    path = weights_file(name)
    if not path.is_file():
        raise ModelError(f"There is no version “{name}” of the model.", _LIST)
    version = _version(name, path)
    if version.problem:
        raise ModelError(version.problem, f"Delete it with “sc3d models delete {name}”.")
    return version


def weights_file(name: str) -> Path:
    """Where the weights of a version are, or would be."""
    if name == SHIPPED:
        return weights() / f"sodnet{SUFFIX}"
    return folder() / f"{_checked(name)}{SUFFIX}"


def free_name(wanted: str) -> str:
    """``wanted``, or with a number behind it where it is taken."""
    taken = {version.name for version in versions()}
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return next(name for name in (_checked(wanted), *numbered) if name not in taken)


def in_use() -> str:
    """The name of the version that answers; whether it can be read is not looked at."""
    return _steps()[-1]


def use(name: str) -> Version:
    """Let this version answer from now on. Raises ``ModelError`` where it cannot be read."""
    version = find(name)
    steps = _steps()
    if steps[-1] != name:
        _keep([*steps, name])
    return version


def roll_back() -> str:
    """Go back to the version that was in use before and is still there; its name."""
    steps = _steps()[:-1]
    while steps and not weights_file(steps[-1]).is_file():
        steps.pop()
    _keep(steps or [SHIPPED])
    return in_use()


def can_roll_back() -> bool:
    return len(_steps()) > 1


def delete(name: str) -> None:
    """Remove a version. Raises ``ModelError`` for the shipped one and the one in use."""
    if name == SHIPPED:
        raise ModelError("The shipped model cannot be deleted.", "Only versions of your own can.")
    if name == in_use():
        raise ModelError(f"“{name}” is in use.", "Use another version first.")
    path = weights_file(name)
    if not path.is_file():
        raise ModelError(f"There is no version “{name}” of the model.", _LIST)
    path.unlink()


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ModelError(
            f"“{name}” is no name of a version.",
            "Use up to 40 letters, digits, dots, hyphens and underscores.",
        )
    return name


def _version(name: str, path: Path) -> Version:
    try:
        stat = path.stat()
        return _read(name, path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        return Version(name, path, problem=f"{path.name} cannot be read: {error.strerror}.")


@lru_cache(maxsize=64)
def _read(name: str, path: Path, _changed: int, _size: int) -> Version:
    """The header is all that is parsed: its length in eight bytes, then JSON."""
    content = path.read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", content)
        if not 0 < length <= min(_LARGEST_HEADER, len(content) - 8):
            raise ValueError("no header")
        header = json.loads(content[8 : 8 + length])
        ends = [t["data_offsets"][1] for key, t in header.items() if key != "__metadata__"]
        if max(ends) != len(content) - 8 - length:
            raise ValueError("it is not whole")
        card = json.loads(header["__metadata__"]["sc3d"])
        card["training"].get("fine_tune")
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        return Version(name, path, problem=f"The version “{name}” is damaged ({error}).")
    return Version(name, path, hashlib.sha256(content).hexdigest(), card)


def _steps() -> list[str]:
    """The versions that were used in turn, the one in use last; a damaged list is a new one."""
    try:
        kept = json.loads((folder() / "in_use.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [SHIPPED]
    sound = isinstance(kept, list) and all(isinstance(n, str) and _NAME.fullmatch(n) for n in kept)
    return kept if sound and kept else [SHIPPED]


def _keep(steps: list[str]) -> None:
    write_whole(folder() / "in_use.json", json.dumps(steps[-_KEPT_STEPS:]).encode())
