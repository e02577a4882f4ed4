"""How a report says numbers, relatives and where a run came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from sc3d_desktop.screening.ranking import EXPLANATION, Wanted
from sc3d_desktop.screening.relatives import LIMIT, Kin, Relative
from sc3d_desktop.screening.report.facts import MOST_MATCHED, MOST_WITH_KIN, Facts

MEANING = (
    EXPLANATION,
    "Tc, interval and probability are what the model says, not measurements. The interval holds "
    "nine of ten superconductors like those it was judged on; of compounds outside its domain it "
    "may hold fewer.",
    "The probability is that a Tc is reported at all for such a compound. Its negatives are partly "
    "compounds that nobody has cooled far enough.",
    "The model does not know pressure: values of hydrides are mostly those calculated under it. It "
    "does not know magnetism or stability either.",
)
RELATIONS = (
    "Known: the catalogue has a Tc for the very composition.",
    "Parent of known: an ordered candidate whose substituted or off-stoichiometric form has a Tc "
    f"in the catalogue, with the fractions of at most {LIMIT:.0%} of the atoms changed (half the "
    "L1 distance of atomic fractions) and at most one element added.",
    "Relative of known: as near, with at most one element replaced, added or left out; or of the "
    "same structure type, whatever its elements (pymatgen's anonymous structure matching), with "
    "most elements in common.",
    f"Relatives were sought for the best {MOST_WITH_KIN}, and structures compared for the best "
    f"{MOST_MATCHED} that are read again in a moment.",
)


def kelvin(value: float | None) -> str:
    """Three digits, whole above 100."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def percent(value: float | None) -> str:
    """A model is never quite sure, so neither 0 nor 100."""
    if value is None:
        return "–"
    n = round(100 * value)
    return "<1 %" if n < 1 else ">99 %" if n > 99 else f"{n} %"


def relative_words(relative: Relative) -> str:
    """``Ba0.6K0.4Fe2As2 36 – 38 K at 4 GPa (calculated), same structure type``."""
    low, high = kelvin(relative.tc_low_kelvin), kelvin(relative.tc_high_kelvin)
    said = f"{relative.formula} {high if low == high else f'{low} – {high}'} K"
    if relative.pressure_gpa is not None:
        said += f" at {relative.pressure_gpa:g} GPa"
    if relative.calculated:
        said += " (calculated)"
    return f"{said}, same structure type" if relative.same_type else said


def kin_words(kin: Kin | None, kind: str) -> str:
    if kin is None:
        return "not looked at"
    return "; ".join(relative_words(relative) for relative in getattr(kin, kind)) or "none"


def sum_words(facts: Facts) -> str:
    """``10 predicted + 2 same + 1 skipped + 3 refused = 16 structures``."""
    parts = " + ".join(f"{n:,} {status}" for status, n in facts.counts.items())
    return f"{parts} = {sum(facts.counts.values()):,} structures"


def provenance(facts: Facts) -> list[tuple[str, str]]:
    """What the numbers come from, for whoever wants to get them again."""
    state = "to the end" if facts.finished else "stopped, or still at work: not all of its sources"
    return [
        ("Run", facts.run),
        ("Screened", f"{state}; {facts.pieces:,} inputs read"),
        ("Counts", sum_words(facts)),
        *(("Source", source_words(source)) for source in facts.spec.sources),
        ("Filters before", _settings(facts.spec.filters)),
        ("Filters after", wanted_words(facts.wanted)),
        ("Reported", f"{len(facts.ids):,} of {len(facts.ranking):,} predicted structures"),
        ("Known from", facts.known_from or "no catalogue: nothing is said of what is known"),
        ("Predicted by", facts.spec.model),
        ("Screened with", f"SC3D Desktop {facts.spec.program}"),
        ("Report by", f"SC3D Desktop {facts.program}"),
        ("Report made", facts.made.strftime("%Y-%m-%d %H:%M %Z")),
    ]


def card(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Of the model of the run, where the program still has it."""
    if facts.model == facts.spec.model:
        return facts.card
    said = f"The card of {facts.spec.model} is not at hand: the program has {facts.model} now."
    return (("Card", said),)


def source_words(source: dict[str, Any]) -> str:
    """Files by their names only: the folders of a machine are nobody else's business."""
    match source:
        case {"kind": "files", "paths": [*paths]}:
            return f"Files: {', '.join(map(file_name, paths))}"
        case {"kind": "catalogue", "path": path, "query": query}:
            return f"Catalogue: {file_name(path)}, {_asked(query)}"
        case {"kind": "optimade", "url": url, "provider": provider, "asked": asked}:
            return f"OPTIMADE: {provider} at {url}, {_asked(asked)}"
    return json.dumps(source, ensure_ascii=False)


def file_name(path: str) -> str:
    """An address of the web as it is."""
    return path if "://" in path else PurePath(path).name


def _asked(asked: dict[str, Any]) -> str:
    said = {name: value for name, value in asked.items() if value not in _NOTHING}
    return _settings(said) or "all of it"


_NOTHING: tuple[Any, ...] = (None, "", [], [None, None])


def wanted_words(wanted: Wanted) -> str:
    plain = vars(Wanted())
    return _settings({k: v for k, v in vars(wanted).items() if v != plain[k]}) or "none"


def _settings(settings: dict[str, Any]) -> str:
    parts = ((name.replace("_", " "), value) for name, value in settings.items())
    return "; ".join(
        f"{name}: {_listed(value)}" for name, value in parts if value not in ((), [], frozenset())
    )


def _listed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple, frozenset)):
        ordered: Sequence[Any] = sorted(value) if isinstance(value, frozenset) else value
        return ", ".join(map(str, ordered))
    return str(value)
