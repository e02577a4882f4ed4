from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
SUPPORTED = ("3.11", "3.12", "3.13")


def pins() -> dict[str, Requirement]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text().splitlines()
    found = [Requirement(line) for line in lines if not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in found}


def asked_for() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    build = project["build-system"]["requires"]
    table = project["project"]
    every = [*table["dependencies"], *table["optional-dependencies"]["test"], *build]
    return [Requirement(line) for line in every]


def needed(python: str) -> set[str]:
    """Everything that is asked for, with what that asks for in turn, on Linux."""
    machine = {"python_version": python, "python_full_version": f"{python}.1"}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = asked_for()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        # What a GPU build of torch brings is pinned by torch itself.
        if (name, frozenset(wanted.extras)) in seen or name.startswith("nvidia-"):
            continue
        seen.add((name, frozenset(wanted.extras)))
        for line in importlib.metadata.requires(name) or []:
            below = Requirement(line)
            extras = wanted.extras or {""}
            if below.marker is None or any(
                below.marker.evaluate({**machine, "extra": extra}) for extra in extras
            ):
                waiting.append(below)
    return {name for name, _ in seen}


def test_every_constraint_is_one_exact_public_version() -> None:
    for pin in pins().values():
        (only,) = pin.specifier
        assert only.operator == "=="
        assert Version(only.version).local is None


@pytest.mark.parametrize("python", SUPPORTED)
def test_every_package_that_is_needed_is_pinned(python: str) -> None:
    brought_by_gpu_builds = {"triton", "cuda-bindings", "cuda-pathfinder", "cuda-toolkit"}
    assert needed(python) - set(pins()) - brought_by_gpu_builds == set()


def test_what_is_asked_for_admits_the_pinned_version() -> None:
    for wanted in asked_for():
        (pin,) = pins()[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), f"{wanted} does not admit {pin.version}"


def test_the_tests_run_with_the_pinned_versions() -> None:
    installed = {name: Version(importlib.metadata.version(name)) for name in needed("3.11")}
    wrong = {
        name: str(version)
        for name, version in installed.items()
        if name in pins() and not pins()[name].specifier.contains(version)
    }
    assert wrong == {}
