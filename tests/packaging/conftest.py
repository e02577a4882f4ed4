"""A machine of the test's own, for the set-up scripts.

Each test works on a copy of the scripts, and what these ask of the machine (apt, sudo, ldconfig,
Python) is a small script of the test's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# fmt: off
TOOLS = (
    "bash", "cat", "chmod", "cut", "dirname", "env", "find", "flock", "grep", "id", "ldconfig",
    "mkdir", "mktemp", "rm", "sed", "sha256sum", "stat", "tail", "timeout", "uname", "wc",
)
# fmt: on
REAL_PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


class Machine:
    """A copy of the set-up in an empty folder, on a PATH that holds only the tools named."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.bin = folder / "bin"
        self.bin.mkdir()
        shutil.copytree(ROOT / "packaging", self.root / "packaging")
        shutil.copy(ROOT / "pyproject.toml", self.root)
        for tool in TOOLS:
            where = shutil.which(tool, path=REAL_PATH)
            assert where is not None, f"{tool} is missing on this machine"
            (self.bin / tool).symlink_to(where)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def command(self, name: str, script: str) -> Path:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/bash\n{script}\n")
        path.chmod(0o755)
        return path

    def python(self, name: str, version: str, *, makes_venv: bool = True) -> Path:
        """A stand-in that passes or fails the set-up's own questions as that version would."""
        major, minor = version.split(".")
        supported = (3, 11) <= (int(major), int(minor)) <= (3, 13)
        return self.command(
            name,
            'case "$2" in\n'
            f"  *'(3, 11) <='*) exit {int(not supported)} ;;\n"
            '  *_base_executable*) echo "$0" ;;\n'
            f"  *ensurepip*) exit {int(not makes_venv)} ;;\n"
            f"  *-venv*) echo python{version}-venv ;;\n"
            "esac",
        )

    def a_user_without_sudo(self) -> None:
        self.command("id", "echo 1000")
        self.command("sudo", "exit 1")

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run a script that has sourced setup.sh."""
        setup = self.root / "packaging" / "setup.sh"
        return self.run("/bin/bash", "-c", f'set -euo pipefail; source "{setup}"\n{script}')

    def run(
        self, *command: str | Path, cwd: Path = Path("/"), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env={"PATH": str(self.bin), "HOME": str(self.root), "CI": "true", **environment},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)
