"""Outputs of Quantum ESPRESSO and EPW, written as those programs write them."""

from __future__ import annotations

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


def matdyn_a2f(omega_mev: np.ndarray, alpha2f: np.ndarray, n_modes: int = 9) -> str:
    """Modes wrap after six, as Fortran has it."""
    head = (
        "\n # Eliashberg function a2F (per both spin)\n #  frequencies in Rydberg  \n"
        " # DOS normalized to E in Rydberg: a2F_total, a2F(mode) \n\n"
    )
    body = ""
    for omega, value in zip(omega_mev / (RYDBERG * 1000), alpha2f, strict=True):
        modes = [f"{value / n_modes:16.8f}"] * n_modes
        lines = ["".join(modes[i : i + 6]) for i in range(0, n_modes, 6)]
        body += f"   {omega:12.9f}{value:12.6f}\n" + "\n".join(lines) + "\n"
    return head + body + "  lambda =  0.4         Delta =    6.1E-005\n"


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
