"""A verdict as sentences: for the window, the command line and the card of a version."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from sc3d_desktop.training.fine_tune.verdict import Line, NetworkTrial, Verdict


def headline(verdict: Verdict) -> str:
    """Whether the new version is proposed, and why not."""
    if verdict.proposed:
        return "Better on your records, and nothing forgotten: this version can be used."
    if verdict.beyond_chance and not verdict.forgotten:
        return (
            "Better on your Tc, but worse on what you recorded as not superconducting: this "
            "version is not proposed."
        )
    if verdict.better and not verdict.forgotten:
        return "Better on your records, but by no more than chance may give: it is not proposed."
    if verdict.forgotten and verdict.better:
        return "Better on your records, but it forgets: this version is not proposed."
    if verdict.forgotten:
        return "No better on your records, and it forgets: this version is not proposed."
    return "No better on your records: this version is not proposed."


def summary(verdict: Verdict) -> str:
    """Everything in one paragraph, for the card of the version."""
    rows = "\n".join(f"{name}: {before} → {after}" for name, before, after in comparison(verdict))
    return "\n".join((headline(verdict), *sentences(verdict), rows))


def sentences(verdict: Verdict) -> tuple[str, ...]:
    return tuple(_sentences(verdict))


def comparison(verdict: Verdict) -> tuple[tuple[str, str, str], ...]:
    """Rows of a table: what was measured, before, after."""
    before, after = verdict.before, verdict.after
    replay, known = verdict.replay, f"{verdict.replay.n} known superconductors"
    rows: list[tuple[str, Callable[[float], str], float, float]] = [
        ("Error on your records, ln K", _ln, before.mae_ln_kelvin, after.mae_ln_kelvin),
        ("The same as a factor", _factor, before.mae_ln_kelvin, after.mae_ln_kelvin),
        ("Within the 90 % interval", _share, before.coverage, after.coverage),
        ("Width of the interval, ln K", _ln, before.width_ln_kelvin, after.width_ln_kelvin),
        ("P(superconductor) of those without", _share, before.p_of_none, after.p_of_none),
        (f"Error on {known}, ln K", _ln3, *replay.mae),
        ("Squared error of P(superconductor)", _ln3, *replay.brier),
    ]
    return tuple((name, say(a), say(b)) for name, say, a, b in rows if not math.isnan(a))


def _sentences(verdict: Verdict) -> Iterator[str]:
    yield (
        f"Judged on {verdict.n_records} records of {verdict.n_compounds} compounds, each predicted "
        f"by a model that had not seen the compound ({verdict.folds} folds)."
    )
    closer = sum(gain > 0 for gain in verdict.gains)
    yield f"{closer} of {len(verdict.gains)} come closer to what was measured than before."
    if verdict.n_trained_on:
        yield (
            f"{verdict.n_trained_on} of the compounds were trained on before, so the error before "
            "is flattered."
        )
    if verdict.network is not None:
        yield _of_network(verdict.network)
    yield from verdict.forgotten
    if verdict.doubted:
        names = ", ".join(f"{line.formula} ({_result(line)})" for line in verdict.doubted[:5])
        more = f" and {len(verdict.doubted) - 5} more" if len(verdict.doubted) > 5 else ""
        yield (
            f"These contradict the model and the other records, and hardly count: {names}{more}. "
            "Look at them again; several records that agree would count."
        )


def _of_network(trial: NetworkTrial) -> str:
    """Whether the version has networks of its own, and why not."""
    if not trial.tried:
        return (
            "The network stays as it was: it takes five compounds with a structure and a Tc to try "
            f"it, and there are {trial.n_records} such records."
        )
    without, taught = trial.mae
    told = (
        f"on {trial.n_records} records with a structure the error is {taught:.3f} ln K with it and "
        f"{without:.3f} without"
    )
    if trial.kept:
        return f"The network has learnt as well: {told}."
    if trial.forgets:
        return f"The network was tried: {told}, but it forgets, so it stays as it was."
    return f"The network was tried: no gain beyond chance, so it stays as it was; {told}."


def _result(line: Line) -> str:
    return "none" if line.measured_kelvin is None else f"{line.measured_kelvin:.3g} K"


def _ln(value: float) -> str:
    return f"{value:.2f}"


def _ln3(value: float) -> str:
    return f"{value:.3f}"


def _factor(value: float) -> str:
    return f"× {math.exp(value):.2f}"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
