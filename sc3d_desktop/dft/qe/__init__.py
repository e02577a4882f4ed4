"""Inputs for Quantum ESPRESSO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.dft.options import Options
from sc3d_desktop.dft.qe.inputs import phonon_files, pw_files
from sc3d_desktop.dft.qe.presets import QE_PRESETS
from sc3d_desktop.dft.qe.readme import conventional, sections
from sc3d_desktop.dft.qe.run import RUN
from sc3d_desktop.dft.structures import elements_of
from sc3d_desktop.dft.texts import job_scripts, plain
from sc3d_desktop.dft.work import Calculation, Work
from sc3d_desktop.errors import HandOffError

__all__ = ["QE_PRESETS", "Qe"]


@dataclass(frozen=True)
class Qe:
    """The hand-off to Quantum ESPRESSO."""

    name: str = "Quantum ESPRESSO"

    def check(self, options: Options) -> None:
        if options.preset not in QE_PRESETS:
            raise HandOffError(
                f"There is no preset “{options.preset}” for Quantum ESPRESSO; that of the paper is "
                "for VASP."
                if options.preset == "paper"
                else f"There is no preset “{options.preset}”.",
                f"The presets are: {', '.join(QE_PRESETS)}.",
            )

    def f_in_core(self, crystal: Crystal, options: Options) -> frozenset[str]:
        """The pseudopotentials decide, so moments are started wherever they may be."""
        return frozenset()

    def supplies(self, elements: Sequence[str], options: Options) -> str:
        named = ", ".join(f"{el}.UPF" for el in elements)
        return f"Pseudopotentials are yours to bring: put {named} into the folder “pseudo”."

    def lacking(self, elements: Sequence[str], options: Options) -> list[str]:
        return []

    def calculation(self, work: Work, item: Calculation, options: Options) -> Mapping[str, str]:
        preset = QE_PRESETS[options.preset]
        files = dict(pw_files(item.cell, preset, options))
        if conventional(work):
            files |= phonon_files(item.cell, preset, options)
        return {path: plain(text) for path, text in files.items()}

    def shared(self, work: Work, options: Options) -> Mapping[str, str]:
        needed = [f"{el}.UPF" for el in elements_of(work.crystal)]
        found = {"pseudo/NEEDED.txt": "\n".join(needed) + "\n"}
        name = work.made.plan.target_formula
        return found | job_scripts(name, "QE", "", "quantum-espresso", RUN, options.scripts)

    def sections(self, work: Work, options: Options) -> list[str]:
        return list(sections(work, options))
