"""One page of HTML that needs nothing besides itself: no scripts, no fonts, no addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from sc3d_desktop.paths import resources
from sc3d_desktop.screening.paper import Checked
from sc3d_desktop.screening.ranking import DOMAINS
from sc3d_desktop.screening.report import svg
from sc3d_desktop.screening.report.facts import Candidate, Facts, Reason
from sc3d_desktop.screening.report.markup import Markup, el, formula, join
from sc3d_desktop.screening.report.words import (
    MEANING,
    RELATIONS,
    card,
    file_name,
    kelvin,
    kin_words,
    percent,
    provenance,
    sum_words,
)
from sc3d_desktop.screening.store import RunStore

_MOST_REASONS = 20
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = "report.css"


def write_html(
    facts: Facts, found: Iterable[Candidate | None], store: RunStore, out: Path
) -> Iterator[None]:
    best = []
    for candidate in found:
        if candidate is not None:
            best.append(candidate)
        yield
    out.write_text(page(facts, best), encoding="utf-8")


def page(facts: Facts, best: Sequence[Candidate]) -> str:
    style = (resources() / "science" / _STYLE).read_text(encoding="utf-8")
    title = f"Screening {facts.run}"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("style", Markup(style)),
    )
    sections = (
        _header(title, facts),
        _candidates(facts, best),
        _distributions(facts),
        _section("What the ranking means", _list(MEANING), id_="meaning"),
        _paper(facts),
        _refused(facts),
        _provenance(facts),
    )
    return f"<!DOCTYPE html>\n{el('html', head, el('body', el('main', *sections)), lang='en')}\n"


def _section(title: str, *parts: object, id_: str) -> Markup:
    return el("section", el("h2", title), *parts, id_=id_)


def _list(texts: Iterable[object]) -> Markup:
    return el("ul", *(el("li", said) for said in texts))


def _table(headings: Sequence[object], rows: Iterable[Sequence[object]], kind: str) -> Markup:
    head = el("thead", el("tr", *(el("th", h, scope="col") for h in headings)))
    body = el("tbody", *(el("tr", *(el("td", cell) for cell in row)) for row in rows))
    return el("div", el("table", head, body, class_=kind), class_="wide")


def _header(title: str, facts: Facts) -> Markup:
    made = facts.made.strftime("%d %B %Y, %H:%M %Z")
    state = "" if facts.finished else " The run has not reached the end of its sources."
    return el(
        "header",
        el("h1", title),
        el("p", f"{sum_words(facts)}.{state}", class_="counts"),
        el("p", f"Predicted by {facts.spec.model}. Report of {made}.", class_="quiet"),
    )


def _candidates(facts: Facts, best: Sequence[Candidate]) -> Markup:
    headings = ("", "Candidate", "Tc / K", "90 % interval / K", "P(superconductor)", "Domain",
                "Nearest trained on", "What is known of it")  # fmt: skip
    said = f"The best {len(best):,} of {len(facts.ranking):,} predicted structures. {MEANING[0]}"
    table = _table(headings, map(_candidate, best), "candidates")
    return _section("Best candidates", el("p", said), table, _list(RELATIONS), id_="candidates")


def _candidate(one: Candidate) -> Sequence[object]:
    line, near = one.line, one.nearest
    bar = svg.interval(*(value or 0.0 for value in (line.tc_low, line.tc, line.tc_high)))
    return (
        one.rank,
        join(el("strong", formula(line.formula)), el("br"), _identifier(one)),
        kelvin(line.tc),
        join(f"{kelvin(line.tc_low)} – {kelvin(line.tc_high)}", el("br"), bar),
        percent(line.p_superconductor),
        line.domain or "–",
        join(formula(near.formula), f" {kelvin(near.tc_kelvin)} K") if near else "–",
        _badges(one),
    )


def _badges(one: Candidate) -> Markup:
    """Each says on hovering what it stands on."""
    badges = []
    if one.kin is not None:
        for name, kind in (
            ("known", "known"),
            ("parent of known", "parent_of"),
            ("relative of known", "relatives"),
        ):
            if getattr(one.kin, kind):
                badges.append(_badge(name, kin_words(one.kin, kind), kind))
    elif one.known:
        badges.append(_badge("known", "The catalogue has a Tc for this composition.", "known"))
    if one.line.in_training:
        badges.append(_badge("in training", "The model was trained on this composition.", "plain"))
    badges += [_badge(flag, "From its elements.", "flag") for flag in one.flags]
    if one.doubts:
        badges.append(_badge("doubtful structure", " ".join(one.doubts), "flag"))
    return join(*badges)


def _badge(name: str, why: str, kind: str) -> Markup:
    return join(el("span", name, class_=f"badge {kind}", title=why), " ")


def _identifier(one: Candidate) -> Markup:
    where = " › ".join(part for part in (file_name(one.line.path), one.line.member) if part)
    return el("small", one.line.identifier, title=where)


def _distributions(facts: Facts) -> Markup:
    ranking = facts.ranking
    likely = ranking.p_superconductor >= 0.5
    tc = {"all": ranking.tc, "likely": ranking.tc[likely]}
    figures = (
        (
            svg.histogram(tc, svg.kelvin_axis("Tc / K"), "Tc of all predicted structures"),
            "Tc of all predicted structures; darker, those with P(superconductor) of 0.5 or more.",
        ),
        (
            svg.histogram(
                {"all": ranking.p_superconductor},
                svg.share_axis("P(superconductor)"),
                "P(superconductor) of all predicted structures",
            ),
            "P(superconductor) of all predicted structures.",
        ),
        (
            svg.scatter(
                ranking.p_superconductor,
                ranking.tc,
                (svg.share_axis("P(superconductor)"), svg.kelvin_axis("Tc / K")),
                "Tc against P(superconductor)",
            ),
            "Tc against P(superconductor): promising is what lies at the top right.",
        ),
        (
            svg.shares(_by_domain(facts), "Domain of all predicted structures"),
            "Whether the model was trained on anything like it.",
        ),
    )
    drawn = (el("figure", plot, el("figcaption", said)) for plot, said in figures)
    return _section("Distributions", el("div", *drawn, class_="figures"), id_="distributions")


def _by_domain(facts: Facts) -> dict[str, int]:
    counts = {word: int(np.sum(facts.ranking.domain == i)) for i, word in enumerate(DOMAINS)}
    unsaid = int(np.sum(facts.ranking.domain < 0))
    return counts | ({"not said": unsaid} if unsaid else {})


def _paper(facts: Facts) -> Markup:
    headings = ("Candidate", "Type", "Paper / K", "Ours / K", "90 % interval / K",
                "P(superconductor)", "Domain", "How to read it")  # fmt: skip
    n = sum(row.disagrees for row in facts.paper)
    built = sum(row.ours is not None for row in facts.paper)
    said = (
        f"Of the {len(facts.paper)} candidates in Tables 10 and 11 of the paper of SODNet "
        f"(P. Chen et al., NeurIPS 2024), {built} can be built from structure types and cells of "
        f"the general literature. {facts.model} was asked for these; for {n} the paper's value "
        "lies outside its interval, and a sentence says how to read that."
    )
    table = _table(headings, map(_paper_row, facts.paper), "paper")
    return _section("The candidates of the paper", el("p", said), table, id_="paper")


def _paper_row(row: Checked) -> Sequence[object]:
    theirs, ours = row.candidate, row.ours
    start = (formula(theirs.formula), theirs.type, kelvin(theirs.paper_kelvin))
    if ours is None:
        return (*start, "–", "–", "–", "–", f"Not built. {theirs.not_built}")
    return (
        *start,
        kelvin(ours.tc_kelvin),
        f"{kelvin(ours.tc_low_kelvin)} – {kelvin(ours.tc_high_kelvin)}",
        percent(ours.p_superconductor),
        ours.domain or "–",
        el("span", theirs.judgement if row.disagrees else "Agrees.", title=theirs.built),
    )


def _refused(facts: Facts) -> Markup:
    parts: list[Markup] = []
    for name, reasons in (("refused", facts.refused), ("skipped", facts.skipped)):
        parts.append(el("h3", f"{facts.counts[name]:,} {name}"))
        if reasons:
            rows = [_reason(reason) for reason in reasons[:_MOST_REASONS]]
            parts.append(_table(("Number", "Reason, of one of them"), rows, "reasons"))
        if len(reasons) > _MOST_REASONS:
            left = sum(reason.n for reason in reasons[_MOST_REASONS:])
            parts.append(el("p", f"{left:,} more for {len(reasons) - _MOST_REASONS:,} reasons."))
    return _section("Refused and skipped", *parts, id_="refused")


def _reason(reason: Reason) -> Sequence[object]:
    return f"{reason.n:,}", reason.example


def _provenance(facts: Facts) -> Markup:
    method = (
        "Each structure is read, named by a hash of its standardised form, and predicted once; "
        "those that are the same again share the answer. Coordinates are not part of this report."
    )
    rows = ((el("strong", name), said) for name, said in (*provenance(facts), *card(facts)))
    table = _table(("What", "Of this run and its model"), rows, "provenance")
    return _section("Method, limits and provenance", el("p", method), table, id_="provenance")
