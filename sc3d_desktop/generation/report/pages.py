"""The report in sections: tables, and sentences beside the numbers that need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sc3d_desktop.generation.report.blocks import Figure, Section, Table
from sc3d_desktop.generation.report.diversity import DRAWN
from sc3d_desktop.generation.report.goals import FIRST, JUDGES, disagreement, words
from sc3d_desktop.generation.report.metrics import TOPS
from sc3d_desktop.generation.report.plots import curve_figure
from sc3d_desktop.generation.report.second_judge import NAME

Row = dict[str, Any]


def sections(report: Row, figures: Sequence[Figure]) -> list[Section]:
    found = [
        _short(report),
        _definitions(report),
        _success(report, figures),
        _beside_the_paper(report),
        _shares(report),
        _variety(report),
        _asked(report),
        _judges(report),
    ]
    if report["curve"]:
        found.append(_curve(report["curve"]))
    return [*found, _paper_candidates(report["paper_candidates"])]


def _short(report: Row) -> Section:
    run = report["sets"][0]
    said = (
        f"{run['made']:,} samples of {report['weights']} ({run['note']}), judged by the {FIRST} "
        f"({report['predictor']}) and by a {NAME} that has learned from none of the compounds that "
        "the generator learned from."
    )
    rows = [
        (g["goal"], f"{g['at_least']:.2f}", g[FIRST], g[NAME] or "–", _said(g))
        for g in report["goals"]
    ]
    return Section(
        "Goals", (said, Table(("Goal", "At least", FIRST, NAME, "Verdict"), rows), *_warning(run))
    )


def _said(goal: Row) -> str:
    return f"{goal['verdict']}; {goal['disagreement']}" if goal["disagreement"] else goal["verdict"]


def _warning(run: Row) -> tuple[str, ...]:
    """Too few samples are said to be too few."""
    if run["made"] >= 1000:
        return ()
    return (f"With {run['made']:,} samples instead of 1,000 or more the intervals are wide.",)


def _definitions(report: Row) -> Section:
    above = report["thresholds_kelvin"]
    limits = ", ".join(f"{above[str(top)]:.3g} K (α = {top})" for top in TOPS)
    training = report["training"]
    return Section(
        "How it is counted",
        (
            "SRα (Eq. 18 of P. Chen et al., NeurIPS 2024) is the share of all samples made, those "
            "that came to nothing included, whose predicted Tc exceeds the (100 − α) percentile of "
            f"the Tc of the training set: {limits}. The training set is the "
            f"{training['crystals']:,} ordered superconductors that the generator learned from. An "
            "invalid sample is no success, whatever is predicted for it; the paper does not say "
            "that it left these out.",
            "NSRα (Eq. 25) counts those of them that are not in the training set: no structure in "
            "it fits (pymatgen's matcher), and nothing else fits that the judgement compared it "
            "with. “Distinct” counts equal structures once; “likely” counts only what the judge "
            "thinks more likely than not to superconduct. By definition a draw from the training "
            "set has SR10, SR30 and SR50 of 0.10, 0.30 and 0.50 as measured, and no NSR.",
            "Intervals are of 90 %, by bootstrap over the samples; they do not hold the error of "
            "the judge. Where the intervals of the two judges do not meet, they are said to "
            "contradict each other.",
        ),
    )


def _success(report: Row, figures: Sequence[Figure]) -> Section:
    headings = ("Samples", "Judge", *(f"SR{t}" for t in TOPS), *(f"NSR{t}" for t in TOPS),
                "NSR10 distinct", "SR10 likely")  # fmt: skip
    keys = (*(f"sr{t}" for t in TOPS), *(f"nsr{t}" for t in TOPS), "nsr_distinct10", "sr_likely10")
    rows = [
        (row["name"], judge, *(words(row["success"][judge][key]) for key in keys))
        for row in report["sets"]
        for judge in JUDGES
    ]
    base = ("base rate", "by definition", *(f"{t / 100:.2f}" for t in TOPS), *["0"] * 4, "–")
    notes = [f"{row['name']}: {row['note']}." for row in report["sets"]]
    table = Table(headings, [*rows, base])
    said = (*_contradictions(report["sets"]), _reading(report["sets"]), *notes, _harder(report))
    return Section("Success rates", (table, *said, *figures))


def _reading(sets: Sequence[Row]) -> str:
    """How far the second judge can follow at all."""
    run, top = sets[0], sets[-1]
    seen = top["success"][NAME]["sr10"]
    first, second = (words(run["successes_with_hydrogen"][judge]) for judge in JUDGES)
    return (
        f"All of the training set's top decile lie above the threshold as measured; the {NAME} "
        f"puts {words(seen)} of them above it. So much would be the SR10 by it of a set that is "
        f"quite like them and all right. Of what succeeds in {run['name']} (SR10) a share of "
        f"{first} holds hydrogen by the {FIRST}, {second} by the {NAME}."
    )


def _contradictions(sets: Sequence[Row]) -> list[str]:
    found = []
    for row in sets:
        for key in (f"{kind}{top}" for kind in ("sr", "nsr") for top in TOPS):
            first, second = (row["success"][judge][key] for judge in JUDGES)
            if against := disagreement(first, second):
                found.append(
                    f"{row['name']}: {key.upper()} is {words(first)} by the {FIRST}; {against}."
                )
    return found or ["The two judges agree on all of these numbers, within the intervals."]


def _harder(report: Row) -> str:
    """The same with what the generator learned from ordered draws of disordered crystals."""
    above, found = report["thresholds_with_draws_kelvin"], report["success_with_draws"]
    said = "; ".join(
        f"SR{t} {words(found[FIRST][f'sr{t}'])} and {words(found[NAME][f'sr{t}'])} "
        f"(above {above[str(t)]:.3g} K)"
        for t in TOPS
    )
    return (
        "With the ordered draws of disordered superconductors counted to the training set, most of "
        f"whose Tc are higher, {report['sets'][0]['name']} has by {FIRST} and {NAME}: {said}."
    )


def _beside_the_paper(report: Row) -> Section:
    run = report["sets"][0]
    ours = [
        ("this run", judge, *(words(run["success"][judge][f"{k}{t}"]) for k in ("sr", "nsr")
                              for t in TOPS))
        for judge in JUDGES
    ]  # fmt: skip
    rows = [tuple(row) for row in report["paper"]]
    return Section(
        "Beside the paper's Tables 4, 5 and 9",
        (
            "The paper judged 100 samples by SODNet alone, which makes a bootstrap interval of "
            "about ± 0.08 at 0.37; its training set, and so its thresholds, are not these.",
            Table(("Model", "Data", "SR10", "SR30", "SR50", "NSR10", "NSR30", "NSR50"),
                  [*rows, *ours]),
        ),
    )  # fmt: skip


def _shares(report: Row) -> Section:
    keys = ("faultless", "balanced", "valid", "unique", "new", "valid_unique_new")
    rows = [
        (row["name"], f"{row['made']:,}", f"{row['came_to_nothing']:,}",
         *(words(row[key]) for key in keys))
        for row in report["sets"]
    ]  # fmt: skip
    headings = (
        "Samples",
        "Made",
        "Came to nothing",
        "Without faults",
        "Charges balance",
        "Valid",
        "Unique",
        "New",
        "Valid, unique, new",
    )
    said = (
        "Without faults: no two atoms too close, no cell that no crystal has. Charges balance: "
        "usual oxidation states can add up to zero, or it is an alloy of metals; most hydrides at "
        "high pressure do not. Valid: both. Unique: not the structure of an earlier sample."
    )
    return Section("Validity, uniqueness, novelty", (said, Table(headings, rows)))


def _variety(report: Row) -> Section:
    system, bits = f"systems_in_{DRAWN}", f"entropy_bits_in_{DRAWN}"
    rows = []
    for row in report["sets"]:
        all_, hits, away = row["diversity"], row["diversity_of_successes"], row["distance"]
        rows.append((
            row["name"], _digits(all_[system], 1), _digits(all_[bits], 2),
            *(_digits(hits[judge][system], 1) for judge in JUDGES),
            _digits(away.get("volume_angstrom3"), 2), _digits(away.get("elements_bits"), 3),
            _digits(away.get("elements_bits_top_decile"), 3),
        ))  # fmt: skip
    headings = (
        "Samples", "Systems", "Entropy / bit", f"Systems of successes, {FIRST}",
        f"of successes, {NAME}", "Volume an atom / Å³", "Elements / bit",
        "Elements, top decile / bit",
    )  # fmt: skip
    said = (
        f"Different chemical systems among {DRAWN} valid samples, and their entropy, at most "
        f"{6.64:g} bits; “–” where there are fewer than {DRAWN}. Distance from the training set: "
        "Wasserstein's of the volume an atom, and the Jensen–Shannon divergence of the mean atomic "
        "fractions, from all of it and from its top decile."
    )
    return Section("Variety, and distance from data", (said, Table(headings, rows)))


def _asked(report: Row) -> Section:
    rows = []
    for row in report["sets"]:
        for judge in JUDGES:
            found = row["asked"][judge]
            if found["asked_kelvin"] is not None and "mae_ln_kelvin" in found:
                ends = f"{found['low']:.3g}–{found['high']:.3g}"
                rows.append((
                    row["name"], judge, f"{found['asked_kelvin']:g}",
                    f"{found['median_kelvin']:.3g} ({ends})", f"{found['mae_ln_kelvin']:.2f}",
                    words(found["within_a_factor_of_2"]),
                ))  # fmt: skip
    if not rows:
        return Section("Tc asked for and predicted", ("No Tc was asked for.",))
    headings = ("Samples", "Judge", "Asked / K", "Median predicted / K", "Mean error / ln K",
                "Within a factor of 2")  # fmt: skip
    return Section("Tc asked for and predicted", (Table(headings, rows),))


def _judges(report: Row) -> Section:
    error, own = report["second_judge"], report["judges_on_training"]
    calls = "; ".join(
        f"above {report['thresholds_kelvin'][str(t)]:.3g} K lie {error['above'][str(t)]:.0%} and "
        f"are put {error['called_above'][str(t)]:.0%}, {error['precision'][str(t)]:.0%} of these "
        "rightly"
        for t in TOPS
    )
    return Section(
        "The judges",
        (
            f"The {NAME}: extremely randomised trees on composition, {error['superconductors']:,} "
            f"superconductors and {error['unreported']:,} compounds listed without a Tc. Nothing "
            "of 3DSC is among the former, and of SuperCon3D only the ordered part held out from "
            "the generator, so that it shares no compound with the generator and with what guides "
            "it. It does share formulas with the shipped predictor, which uses all of the SuperCon "
            "tables and SuperCon3D: where both learned a wrong Tc, both err alike. It sees no "
            "structure and no pressure, and knows few hydrides.",
            f"With whole chemical systems left out (five parts of {error['systems']:,}) it errs by "
            f"{error['mae_ln_kelvin']:.2f} ln K on average (R² {error['r_squared']:.2f}; AUC of "
            f"superconductor or not {error['auc']:.2f}). Of its own compounds, {calls}.",
            f"On the generator's training superconductors, which it has not seen, it errs by "
            f"{own[NAME]['mae_ln_kelvin']:.2f} ln K; the {FIRST}, which was trained on them, by "
            f"{own[FIRST]['mae_ln_kelvin']:.2f}. The gap between measured base rates and the "
            "training set's own rates above is what each judge loses.",
        ),
    )


def _curve(curve: Row) -> Section:
    rows = [
        (str(row["steps"]), str(row["calls"]), words(row["match"]), _digits(row["rmse"], 4),
         words(row["valid"]), f"{row['match']['of']:,}")
        for row in curve["curve"]
    ]  # fmt: skip
    headings = ("Steps", "Network calls", "Match rate", "RMSE", "Valid", "Crystals")
    return Section(
        "Structures of the test set found again from their composition",
        (
            f"SuperCon3D's ordered test part, one sample a crystal, {curve['about']['weights']}. "
            "Match as in DiffCSP: StructureMatcher with ltol 0.3, stol 0.5, angle_tol 10; the RMSE "
            "is of what matches, in units of (V/N)^(1/3). 1000 steps are the paper's sampler.",
            Table(headings, rows),
            curve_figure(curve["curve"]),
        ),
    )


def _paper_candidates(found: Row) -> Section:
    rows = [
        (str(r["index"]), r["formula"], r["structure"], f"{r['paper_kelvin']:.4g}",
         *(f"{r[judge]:.3g}" for judge in JUDGES),
         "yes" if r["same_composition"] else "system only" if r["same_system"] else "no",
         " ".join(r["faults"]) or "none")
        for r in found["rows"]
    ]  # fmt: skip
    ranks = " and ".join(f"{_rank(found['rank_correlation'][j])} with the {j}" for j in JUDGES)
    n = len(found["rows"])
    headings = ("", "Paper", "Structure", "Paper / K", f"{FIRST} / K", f"{NAME} / K",
                "Found again", "Faults")  # fmt: skip
    return Section(
        "The candidates of the paper's Tables 12 and 13",
        (
            f"The run holds the composition of {found['same_composition']} of {n} and the chemical "
            f"system of {found['same_system']}. {found['valid']} of the structures are valid by "
            f"our judgement. The paper's Tc ranks with ours by Spearman's {ranks}.",
            Table(headings, rows),
        ),
    )


def _rank(found: Row) -> str:
    return "–" if found["rho"] is None else f"{found['rho']:.2f} (p = {found['p']:.2g})"


def _digits(value: float | None, n: int) -> str:
    return "–" if value is None else f"{value:.{n}f}"
