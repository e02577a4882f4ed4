"""Everything of one entry, as rich text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sc3d_desktop.crystal.findings import Kind
from sc3d_desktop.data.entry import Entry, Measurement
from sc3d_desktop.panels.dataset_browser import texts
from sc3d_desktop.panels.parts.text import formula_markup, kelvin

_DOI_HOSTS = ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/")


def card_html(entry: Entry) -> str:
    parts = [_head(entry), _facts(entry), _measurements(entry), _prediction(entry)]
    parts += [_remarks(entry), _source(entry)]
    return "\n".join(part for part in parts if part)


def doi_of(text: str) -> str:
    """The bare DOI of a link or a DOI; empty where it is neither."""
    text = text.strip()
    for host in _DOI_HOSTS:
        text = text.removeprefix(host)
    text = text.removeprefix("doi:").strip()
    return text if text.startswith("10.") else ""


def link(doi: str) -> str:
    bare = doi_of(doi)
    if not bare:
        return escape(doi)
    return f'<a href="https://doi.org/{escape(bare, quote=True)}">{escape(bare)}</a>'


def _head(entry: Entry) -> str:
    name = f" <span>{escape(entry.row.name)}</span>" if entry.row.name else ""
    return f"<p style='font-size: large'><b>{formula_markup(entry.row.formula)}</b>{name}</p>"


def _facts(entry: Entry) -> str:
    row = entry.row
    group = texts.space_group_markup(row.space_group)
    facts = [
        escape(texts.family(row)),
        escape(texts.disorder(row)),
        f"{group} (no. {row.space_group_number})" if row.space_group else "",
        f"{row.n_sites:,} sites" if row.n_sites else "no structure",
        f"alike: group {row.alike}" if row.alike is not None else "",
    ]
    return f"<p>{' · '.join(fact for fact in facts if fact)}</p>"


def _measurements(entry: Entry) -> str:
    if not entry.measurements:
        return "<p>No Tc reported.</p>"
    return "".join(f"<p>{_measurement(m)}</p>" for m in entry.measurements)


def _measurement(m: Measurement) -> str:
    pressure = "ambient" if m.pressure_gpa is None else f"{m.pressure_gpa:g} GPa"
    sources = ", ".join(part for part in (escape(m.reference), link(m.doi)) if part)
    parts = [f"<b>{reported(m)}</b>", pressure, "calculated" if m.calculated else "", sources]
    return " · ".join(part for part in parts if part)


def reported(m: Measurement) -> str:
    if m.tc_kelvin is not None:
        return f"{kelvin(m.tc_kelvin)} K"
    if m.down_to_kelvin is None:
        return "not superconducting"
    return f"not superconducting above {m.down_to_kelvin:g} K"


def _prediction(entry: Entry) -> str:
    said = texts.predicted(entry.row)
    if not said:
        return ""
    parts = [f"Predicted: <b>{said}</b>"]
    if entry.row.p_superconductor is not None:
        parts.append(f"superconductor: {texts.probability(entry.row)}")
    if entry.row.in_training:
        parts.append("in the training set: remembered, not predicted")
    return f"<p>{' · '.join(parts)}</p>"


def _remarks(entry: Entry) -> str:
    lines = [*(escape(note) for note in entry.notes), *_findings(entry)]
    return "".join(f"<p>{line}</p>" for line in lines)


def _findings(entry: Entry) -> Iterator[str]:
    for finding in entry.findings:
        mark = "Repaired" if finding.kind is Kind.REPAIRED else "⚠ Doubtful"
        yield f"{mark}: {escape(finding.text)}"


def _source(entry: Entry) -> str:
    collection = entry.collection
    parts = [f"{escape(collection.title)} ({escape(entry.key)})"]
    parts += [escape(text) for text in (collection.source, collection.licence) if text]
    return f"<p><small>{'<br>'.join(parts)}</small></p>"
