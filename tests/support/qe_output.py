"""Outputs of Quantum ESPRESSO and EPW, written as those programs write them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sc3d_desktop.crystal import Crystal

BOHR = 0.529177210903
RYDBERG = 13.605693122994


def pw_out(start: Crystal, relaxed: Crystal, energy_ev: float, fermi: float = 8.4) -> str:
    """Of a vc-relax that converged."""
    alat = float(np.linalg.norm(start.lattice[0])) / BOHR
    axes = "".join(
        f"               a({i}) = ( {a:10.6f} {b:10.6f} {c:10.6f} )  \n"
        for i, (a, b, c) in enumerate(start.lattice / (alat * BOHR), 1)
    )
    places = "".join(
        f"     {i:5d}           {el(site):3s} tau( {i:3d}) = ( {x:11.7f} {y:11.7f} {z:11.7f}  )\n"
        for i, (site, (x, y, z)) in enumerate(
            zip(start.sites, start.cart_coords / (alat * BOHR), strict=True), 1
        )
    )
    cell = "".join(" ".join(f"{x:13.9f}" for x in row) + "\n" for row in relaxed.lattice)
    atoms = "".join(
        f"{el(site):4s} " + " ".join(f"{x:15.10f}" for x in site.frac) + "\n"
        for site in relaxed.sites
    )
    return (
        "     Program PWSCF v.7.2 starts on 25Nov2026\n"
        f"     lattice parameter (alat)  =  {alat:10.4f}  a.u.\n"
        f"     number of atoms/cell      =  {len(start):11d}\n"
        f"     crystal axes: (cart. coord. in units of alat)\n{axes}"
        f"     site n.     atom                  positions (alat units)\n{places}"
        "     BFGS Geometry Optimization\n"
        f"     the Fermi energy is     {fermi:.4f} ev\n"
        f"!    total energy              =  {energy_ev / RYDBERG:16.8f} Ry\n"
        "     total magnetization       =     1.20 Bohr mag/cell\n"
        "     convergence has been achieved in   8 iterations\n"
        "     Forces acting on atoms (cartesian axes, Ry/au):\n\n"
        "     atom    1 type  1   force =     0.00000000    0.00300000   -0.00400000\n\n"
        "     Total force =     0.005000     Total SCF correction =     0.000000\n"
        "     bfgs converged in   5 scf cycles and   4 bfgs steps\n"
        f"Begin final coordinates\nCELL_PARAMETERS (angstrom)\n{cell}\n"
        f"ATOMIC_POSITIONS (crystal)\n{atoms}End final coordinates\n   JOB DONE.\n"
    )


def el(site: object) -> str:
    return next(iter(site.species))  # type: ignore[attr-defined]


def pw_xml(crystal: Crystal, points: np.ndarray, bands_ev: np.ndarray, fermi_ev: float) -> str:
    """Of a run of bands; ``points`` fractional (k, 3), ``bands_ev`` (k, bands)."""
    hartree = 2 * RYDBERG
    bohr = crystal.lattice / BOHR
    alat = float(np.linalg.norm(bohr[0]))
    cartesian = points @ np.linalg.inv(bohr).T * alat
    states = "".join(
        f"<ks_energies><k_point weight='1.0'>{_text(k)}</k_point>"
        f"<eigenvalues size='{len(row)}'>{_text(row / hartree)}</eigenvalues></ks_energies>\n"
        for k, row in zip(cartesian, bands_ev, strict=True)
    )
    rows = "".join(f"<a{i}>{_text(v)}</a{i}>" for i, v in enumerate(bohr, 1))
    atoms = "".join(
        f'<atom name="{el(site)}1" index="{i}">{_text(np.array(site.frac) @ bohr)}</atom>'
        for i, site in enumerate(crystal.sites, 1)
    )
    structure = (
        f'<atomic_structure nat="{len(crystal)}" alat="{alat!r}"><atomic_positions>{atoms}'
        f"</atomic_positions><cell>{rows}</cell></atomic_structure>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<qes:espresso xmlns:qes="http://www.quantum-espresso.org/ns/qes/qes-1.0">\n'
        "<!--All quantities are in Hartree atomic units-->\n"
        f"<input><control_variables><calculation>bands</calculation></control_variables>{structure}"
        f"</input><output>{structure}<magnetization><lsda>false</lsda></magnetization>"
        f"<band_structure><lsda>false</lsda><fermi_energy>{fermi_ev / hartree!r}</fermi_energy>"
        f"{states}</band_structure></output></qes:espresso>\n"
    )


def _text(values: np.ndarray) -> str:
    return " ".join(f"{float(x):.15e}" for x in values)


def dos_dat(energies: np.ndarray, values: np.ndarray, fermi: float) -> str:
    """``values`` (spins, n)."""
    names = "dosup(E)     dosdw(E)   " if len(values) == 2 else "dos(E)     "
    rows = "".join(
        f"{e:8.3f}  " + "  ".join(f"{v:10.4E}" for v in row) + "  0.1000E+01\n"
        for e, row in zip(energies, values.T, strict=True)
    )
    return f"#  E (eV)   {names}Int dos(E) EFermi = {fermi:8.3f} eV\n{rows}"


def matdyn_a2f_on_a_line(omega_mev: np.ndarray, alpha2f: np.ndarray, n_modes: int = 9) -> str:
    """As version 6 and later write it: frequency, total and modes on a line."""
    rows = "".join(
        f"   {''.join(f'{x:16.6E}' for x in (omega, value, *[value / n_modes] * n_modes))}\n"
        for omega, value in zip(omega_mev / (RYDBERG * 1000), alpha2f, strict=True)
    )
    return f"{_A2F_HEAD}{rows}  lambda =  0.4         Delta =    6.1E-005\n"


_A2F_HEAD = (
    "\n # Eliashberg function a2F (per both spin)\n #  frequencies in Rydberg  \n"
    " # DOS normalized to E in Rydberg: a2F_total, a2F(mode) \n\n"
)


def matdyn_a2f(omega_mev: np.ndarray, alpha2f: np.ndarray, n_modes: int = 9) -> str:
    """Modes wrap after six, as Fortran has it."""
    body = ""
    for omega, value in zip(omega_mev / (RYDBERG * 1000), alpha2f, strict=True):
        modes = [f"{value / n_modes:16.8f}"] * n_modes
        lines = ["".join(modes[i : i + 6]) for i in range(0, n_modes, 6)]
        body += f"   {omega:12.9f}{value:12.6f}\n" + "\n".join(lines) + "\n"
    return _A2F_HEAD + body + "  lambda =  0.4         Delta =    6.1E-005\n"


def epw_a2f(omega_mev: np.ndarray, columns: np.ndarray) -> str:
    """``columns`` (n, smearings); λ(ω) of each follows, as EPW has it."""
    count = columns.shape[1]
    rows = "".join(
        f"{omega:12.7f}" + "".join(f"{x:12.7f}" for x in (*row, *(9 * row))) + "\n"
        for omega, row in zip(omega_mev, columns, strict=True)
    )
    smearings = "".join(f"{0.05 * (i + 1):12.7f}" for i in range(count))
    return (
        f" w[meV] a2f and integrated 2*a2f/w for {count:4d} smearing values\n{rows}"
        f" Integrated el-ph coupling\n  #         {smearings}\n Phonon smearing (meV)\n"
        f"  #         {smearings}\n Electron smearing (eV)   0.0500000\n"
    )


def lambda_x_a2f(omega_thz: np.ndarray, columns: np.ndarray) -> str:
    names = "".join(f"{0.005 * (i + 1):12.3f}" for i in range(columns.shape[1]))
    rows = "".join(
        f"{omega:10.5f}" + "".join(f"{x:12.6f}" for x in row) + "\n"
        for omega, row in zip(omega_thz, columns, strict=True)
    )
    return f"# E(THz)  {names}\n{rows}"


@dataclass
class Star:
    """A q in 2π/alat with its star, frequencies in 1/cm, and λ(q,ν) (broadenings, modes)."""

    q: tuple[float, float, float]
    size: int
    frequencies_cm: np.ndarray
    coupling: np.ndarray | None = None
    opposite: bool = False
    """Whether −q is not in the star, which ph.x then adds."""


@dataclass
class PhRun:
    """What ph.x 7 prints of a mesh."""

    crystal: Crystal
    stars: list[Star]
    mesh: tuple[int, int, int] = (2, 2, 2)
    broadenings_ry: tuple[float, ...] = (0.005, 0.01)
    n_points: int | None = None
    finished: bool = True

    def text(self) -> str:
        alat = float(np.linalg.norm(self.crystal.lattice[0])) / BOHR
        grid = ",".join(f"{n:2d}" for n in self.mesh)
        count = self.n_points or len(self.stars)
        end = "   JOB DONE.\n" if self.finished else ""
        return (
            "\n     Program PHONON v.7.2 starts on 25Nov2026 at 14:12:41 \n"
            f"\n     Dynamical matrices for ({grid})  uniform grid of q-points\n"
            f"     ({count:4d} q-points):\n       N         xq(1)         xq(2)         xq(3) \n"
            + "".join(self._q(star, alat) for star in self.stars)
            + end
        )

    def _q(self, star: Star, alat: float) -> str:
        x, y, z = star.q
        opposite = "     In addition there is the -q list: \n" if star.opposite else ""
        return (
            f"\n     Calculation of q = {x:12.7f}{y:12.7f}{z:12.7f}\n"
            f"{self._crystal(alat)}\n     Number of q in the star = {star.size:4d}\n"
            f"     List of q in the star:\n          1{x:14.9f}{y:14.9f}{z:14.9f}\n{opposite}"
            "\n     Diagonalizing the dynamical matrix\n\n"
            f"     q = ( {x:14.9f}{y:14.9f}{z:14.9f} ) \n\n {'*' * 74}\n"
            + "".join(_frequency(n, cm) for n, cm in enumerate(star.frequencies_cm, 1))
            + f" {'*' * 74}\n"
            + self._coupling(star)
        )

    def _crystal(self, alat: float) -> str:
        axes = "".join(
            f"               a({i}) = ( {a:7.4f} {b:7.4f} {c:7.4f} )  \n"
            for i, (a, b, c) in enumerate(self.crystal.lattice / (alat * BOHR), 1)
        )
        places = "".join(
            f"    {i:5d}     {el(site):2s}{20.0:9.4f}   tau({i:5d}) = "
            f"( {x:10.5f} {y:10.5f} {z:10.5f}  )\n"
            for i, (site, (x, y, z)) in enumerate(
                zip(self.crystal.sites, self.crystal.cart_coords / (alat * BOHR), strict=True), 1
            )
        )
        return (
            f"     lattice parameter (alat)  =  {alat:11.4f}  a.u.\n"
            f"     number of atoms/cell      =  {len(self.crystal):11d}\n"
            f"     crystal axes: (cart. coord. in units of alat)\n{axes}"
            f"     site n.  atom      mass           positions (alat units)\n{places}"
        )

    def _coupling(self, star: Star) -> str:
        if star.coupling is None:
            return ""
        text = "     electron-phonon interaction  ...\n\n"
        for width, row in zip(self.broadenings_ry, star.coupling, strict=True):
            text += (
                f"     Gaussian Broadening:  {width:6.3f} Ry, ngauss=   0\n"
                "     DOS =  2.875336 states/spin/Ry/Unit Cell at Ef=  8.403815 eV\n"
            )
            text += "".join(
                f"     lambda({n:5d})={_fixed(x, 8, 4)}   gamma={_fixed(10 * x, 8, 2)} GHz\n"
                for n, x in enumerate(row, 1)
            )
        return text


def _frequency(n: int, cm: float) -> str:
    return f"     freq ({n:5d}) ={cm * 0.0299792458:15.6f} [THz] ={cm:15.6f} [cm-1]\n"


def _fixed(value: float, width: int, digits: int) -> str:
    """As Fortran has it: stars where the number is too long."""
    text = f"{value:{width}.{digits}f}"
    return text if len(text) <= width else "*" * width


def dynamical_matrices(star: Star) -> str:
    """A ``fildyn`` of one atom, with matrices of zeros."""
    each = ("".join(f"{x:14.9f}" for x in np.array(star.q) * (-1) ** i) for i in range(star.size))
    matrices = "".join(
        f"\n     Dynamical  Matrix in cartesian axes\n\n     q = ( {q} ) \n\n    1    1\n"
        + "  0.00000000   0.00000000     0.00000000   0.00000000     0.00000000   0.00000000\n" * 3
        for q in each
    )
    x, y, z = star.q
    rows = "".join(
        _frequency(n, cm) + " (  1.000000  0.000000  0.000000  0.000000  0.000000  0.000000 ) \n"
        for n, cm in enumerate(star.frequencies_cm, 1)
    )
    return (
        "Dynamical matrix file\n\n  1    1   0   5.2843005   0.0   0.0   0.0   0.0   0.0\n"
        f"{matrices}\n     Diagonalizing the dynamical matrix\n\n"
        f"     q = ( {x:14.9f}{y:14.9f}{z:14.9f} ) \n\n {'*' * 74}\n{rows} {'*' * 74}\n"
    )


def plotted(points: np.ndarray, values: np.ndarray, digits: int = 3) -> str:
    """What bands.x (three digits) and matdyn.x (four) write to be plotted: points (k, 3) in
    2π/alat, values (k, n); ten numbers a line, or six.
    """
    a_line, width = (10, 9) if digits == 3 else (6, 10)
    text = f" &plot nbnd={values.shape[1]:4d}, nks={len(points):6d} /\n"
    for point, row in zip(points, values, strict=True):
        text += " " * 10 + "".join(f"{x:10.6f}" for x in point) + "\n"
        for start in range(0, len(row), a_line):
            part = row[start : start + a_line]
            text += "".join(f"{x:{width}.{digits}f}" for x in part) + "\n"
    return text


def bands_gnu(distance: np.ndarray, bands: np.ndarray) -> str:
    """``bands`` (k, bands) as bands.x has them for gnuplot."""
    return "".join(
        "".join(f"{x:10.4f}{e:10.4f}\n" for x, e in zip(distance, band, strict=True)) + "\n"
        for band in bands.T
    )
