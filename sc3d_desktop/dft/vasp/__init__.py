"""Inputs for VASP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.structures import elements_of
from sc3d_desktop.dft.texts import job_scripts
from sc3d_desktop.dft.vasp.files import calculation_files, check_preset
from sc3d_desktop.dft.vasp.flow import flow_text
from sc3d_desktop.dft.vasp.potentials import (
    ASSEMBLE,
    f_in_core,
    folder_has_all,
    missing_potentials,
    potential_symbols,
    supplies,
)
from sc3d_desktop.dft.vasp.presets import PRESETS, Preset
from sc3d_desktop.dft.vasp.readme import sections
from sc3d_desktop.dft.vasp.run import RUN
from sc3d_desktop.dft.work import Calculation, Work

__all__ = ["PRESETS", "Preset", "Vasp"]


@dataclass(frozen=True)
class Vasp:
    """The hand-off to VASP."""

    name: str = "VASP"

    def check(self, options: Options) -> None:
        check_preset(options.preset)

    def f_in_core(self, crystal: Crystal, options: Options) -> frozenset[str]:
        return f_in_core(elements_of(crystal), options.f_electrons)

    def supplies(self, elements: Sequence[str], options: Options) -> str:
        return supplies(potential_symbols(elements, options.f_electrons))

    def lacking(self, elements: Sequence[str], options: Options) -> list[str]:
        return missing_potentials(potential_symbols(elements, options.f_electrons))

    def calculation(self, work: Work, item: Calculation, options: Options) -> Mapping[str, str]:
        return calculation_files(work, item, options)

    def shared(self, work: Work, options: Options) -> Mapping[str, str]:
        name = work.made.plan.target_formula
        found = job_scripts(name, "VASP", "vasp_std", "vasp", RUN, options.scripts)
        if {"relax", "static"} <= set(options.steps):
            found["flow.py"] = flow_text(work, options)
        if not folder_has_all(potential_symbols(elements_of(work.crystal), options.f_electrons)):
            found["make_potcars.sh"] = ASSEMBLE
        return found

    def sections(self, work: Work, options: Options) -> list[str]:
        return list(sections(work, options))
