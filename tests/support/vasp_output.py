"""Outputs of VASP, written as VASP writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sc3d_desktop.crystal import Crystal, Site, Species, lattice_from_parameters


def mgb2() -> Crystal:
    atoms = [("Mg", (0, 0, 0)), ("B", (1 / 3, 2 / 3, 0.5)), ("B", (2 / 3, 1 / 3, 0.5))]
    sites = tuple(Site(f"{el}{i}", Species({el: 1.0}), at) for i, (el, at) in enumerate(atoms, 1))
    return Crystal(lattice_from_parameters(3.086, 3.086, 3.524, 90, 90, 120), sites, "MgB2")


@dataclass
class VaspRun:
    """One run of one or more ionic steps; ``eigenvalues`` (spins, k, bands), ``dos`` (spins, n),
    ``pdos`` (atoms, spins, n, 3) of s, p and d, energies in eV as VASP has them, not relative.
    """

    start: Crystal
    relaxed: Crystal
    energy: float = -10.0
    fermi: float = 5.0
    force: float = 0.02
    n_electronic: int = 9
    nsw: int = 0
    points: np.ndarray = field(default_factory=lambda: np.zeros((1, 3)))
    weights: np.ndarray = field(default_factory=lambda: np.ones(1))
    eigenvalues: np.ndarray = field(default_factory=lambda: np.array([[[4.0, 6.0]]]))
    dos_energies: np.ndarray = field(default_factory=lambda: np.linspace(0, 10, 11))
    dos: np.ndarray = field(default_factory=lambda: np.ones((1, 11)))
    pdos: np.ndarray | None = None
    line_mode: bool = False
    moments: Sequence[float] = ()
    start_moments: Sequence[float] = ()

    @property
    def symbols(self) -> list[str]:
        return [el for site in self.start.sites for el in site.species]

    # vasprun.xml

    def xml(self) -> str:
        return "\n".join(
            [
                '<?xml version="1.0" encoding="ISO-8859-1"?>',
                "<modeling>",
                ' <generator>\n  <i name="program" type="string">vasp </i>',
                '  <i name="version" type="string">6.4.2  </i>\n </generator>',
                f' <incar>\n  <i type="int" name="NSW"> {self.nsw}</i>\n </incar>',
                self._kpoints(),
                ' <parameters>\n  <separator name="electronic" >',
                '   <i type="int" name="NELM">    60</i>',
                f'   <i type="int" name="ISPIN">    {2 if self.start_moments else 1}</i>',
                f'   <v name="MAGMOM">{"".join(f"{x:16.8f}" for x in self._magmom())}</v>',
                "  </separator>",
                '  <separator name="ionic" >',
                f'   <i type="int" name="NSW">{self.nsw:6d}</i>',
                f'   <i type="int" name="IBRION">{2 if self.nsw else -1:6d}</i>',
                '   <i name="EDIFFG">     -0.00100000</i>\n  </separator>\n </parameters>',
                self._atominfo(),
                _structure(self.start, "initialpos"),
                self._calculation(),
                _structure(self.relaxed, "finalpos"),
                "</modeling>\n",
            ]
        )

    def _magmom(self) -> Sequence[float]:
        """VASP writes them of a run without spin as well."""
        return self.start_moments or [1.0] * len(self.start)

    def _kpoints(self) -> str:
        how = (
            '<generation param="listgenerated">\n   <i type="int" name="divisions"> 20 </i>\n'
            "  </generation>"
            if self.line_mode
            else ""
        )
        return (
            f' <kpoints>\n  {how}\n  <varray name="kpointlist" >\n{_vectors(self.points)}'
            f'  </varray>\n  <varray name="weights" >\n{_vectors(self.weights[:, None])}'
            "  </varray>\n </kpoints>"
        )

    def _atominfo(self) -> str:
        kinds = list(dict.fromkeys(self.symbols))
        atoms = "".join(
            f"<rc><c>{s:2s}</c><c>{kinds.index(s) + 1:4d}</c></rc>" for s in self.symbols
        )
        types = "".join(
            f"<rc><c>{self.symbols.count(s)}</c><c>{s:2s}</c><c> 24.305</c><c> 2.0</c>"
            f"<c> PAW_PBE {s} 13Apr2007 </c></rc>"
            for s in kinds
        )
        return (
            f" <atominfo>\n  <atoms> {len(self.symbols)} </atoms>\n"
            f"  <types> {len(kinds)} </types>\n"
            '  <array name="atoms" >\n   <dimension dim="1">ion</dimension>\n'
            '   <field type="string">element</field>\n   <field type="int">atomtype</field>\n'
            f'   <set>{atoms}</set>\n  </array>\n  <array name="atomtypes" >\n'
            '   <dimension dim="1">type</dimension>\n   <field type="int">atomspertype</field>\n'
            f"   <set>{types}</set>\n  </array>\n </atominfo>"
        )

    def _calculation(self) -> str:
        step = _energy(self.energy)
        scsteps = "".join(f"  <scstep>\n{step}  </scstep>\n" for _ in range(self.n_electronic))
        forces = np.zeros((len(self.symbols), 3))
        forces[-1, 2] = self.force
        return (
            f" <calculation>\n{scsteps}{_structure(self.relaxed)}\n"
            f'  <varray name="forces" >\n{_vectors(forces)}  </varray>\n{step}'
            f"{self._eigenvalues()}{self._dos()} </calculation>"
        )

    def _eigenvalues(self) -> str:
        spins = ""
        for s, of_spin in enumerate(self.eigenvalues, 1):
            sets = ""
            for k, row in enumerate(of_spin, 1):
                filled = "".join(f"<r> {e:12.4f} {float(e < self.fermi):8.4f} </r>\n" for e in row)
                sets += f'<set comment="kpoint {k}">\n{filled}</set>\n'
            spins += f'<set comment="spin {s}">\n{sets}</set>\n'
        return (
            "  <eigenvalues>\n   <array>\n    <field>eigene</field>\n    <field>occ</field>\n"
            f"    <set>\n{spins}    </set>\n   </array>\n  </eigenvalues>\n"
        )

    def _dos(self) -> str:
        total = ""
        for s, values in enumerate(self.dos, 1):
            total += f'<set comment="spin {s}">\n{_rows(self.dos_energies, values, values)}</set>\n'
        return (
            f'  <dos>\n   <i name="efermi"> {self.fermi:14.8f} </i>\n   <total>\n    <array>\n'
            "     <field>energy</field>\n     <field>total</field>\n"
            f"     <field>integrated</field>\n     <set>\n{total}     </set>\n    </array>\n"
            f"   </total>\n{self._partial()}  </dos>\n"
        )

    def _partial(self) -> str:
        if self.pdos is None:
            return ""
        ions = ""
        for n, of_atom in enumerate(self.pdos, 1):
            spins = ""
            for s, of_spin in enumerate(of_atom, 1):
                rows = _rows(self.dos_energies, *of_spin.T)
                spins += f'<set comment="spin {s}">\n{rows}</set>\n'
            ions += f'<set comment="ion {n}">\n{spins}</set>\n'
        return (
            "   <partial>\n    <array>\n     <field>energy</field>\n     <field>s</field>\n"
            f"     <field>p</field>\n     <field>d</field>\n     <set>\n{ions}     </set>\n"
            "    </array>\n   </partial>\n"
        )

    # OUTCAR

    def outcar(self, finished: bool = True) -> str:
        n = len(self.symbols)
        rows = "".join(
            f" {i * 1.5:12.5f} 0.00000 0.00000 {0.0:16.6f} {0.0:12.6f} "
            f"{self.force if i == n - 1 else 0.0:12.6f}\n"
            for i in range(n)
        )
        text = (
            " vasp.6.4.2 20Jul23 (build) complex\n"
            f"   NSW    = {self.nsw:6d}    number of steps for IOM\n"
            "------------------------ aborting loop because EDIFF is reached ----------------\n"
            f" E-fermi :  {self.fermi:8.4f}     XC(G=0): -10.0000     alpha+bet :-10.0000\n"
            f" number of electron      16.0000000 magnetization  {sum(self.moments):12.7f}\n"
        )
        if self.moments:
            text += self._moments()
        text += (
            " POSITION                                       TOTAL-FORCE (eV/Angst)\n "
            + "-" * 83 + f"\n{rows} " + "-" * 83 + "\n"
            f"  energy  without entropy= {self.energy:16.8f}  "
            f"energy(sigma->0) = {self.energy:16.8f}\n"
        )  # fmt: skip
        if finished and self.nsw:
            text += " reached required accuracy - stopping structural energy minimisation\n"
        ending = " General timing and accounting informations for this job:\n"
        return text + (ending if finished else "")

    def _moments(self) -> str:
        rows = "".join(
            f"{i:5d} {0.0:11.3f} {0.0:7.3f} {m:7.3f} {m:7.3f}\n"
            for i, m in enumerate(self.moments, 1)
        )
        line = "-" * 50
        total = sum(self.moments)
        return (
            "\n magnetization (x)\n\n# of ion       s       p       d       tot\n"
            f"{line}\n{rows}{line}\n"
            f"tot   {0.0:11.3f} {0.0:7.3f} {total:7.3f} {total:7.3f}\n\n"
        )

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vasprun.xml").write_text(self.xml())
        (folder / "OUTCAR").write_text(self.outcar())
        return folder


def _vectors(rows: np.ndarray) -> str:
    return "".join("   <v> " + " ".join(f"{x:16.8f}" for x in row) + " </v>\n" for row in rows)


def _rows(*columns: np.ndarray) -> str:
    lines = zip(*columns, strict=True)
    return "".join("<r> " + " ".join(f"{x:10.4f}" for x in row) + " </r>\n" for row in lines)


def _energy(energy: float) -> str:
    names = ("e_fr_energy", "e_wo_entrp", "e_0_energy")
    inner = "".join(f'   <i name="{name}"> {energy:16.8f} </i>\n' for name in names)
    return f"  <energy>\n{inner}  </energy>\n"


def _structure(crystal: Crystal, name: str = "") -> str:
    named = f' name="{name}"' if name else ""
    return (
        f' <structure{named} >\n  <crystal>\n   <varray name="basis" >\n'
        f'{_vectors(crystal.lattice)}   </varray>\n  </crystal>\n  <varray name="positions" >\n'
        f"{_vectors(crystal.frac_coords)}  </varray>\n </structure>"
    )
