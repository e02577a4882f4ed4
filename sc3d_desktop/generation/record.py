"""A candidate as one line of a run, and back: equal in everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from sc3d_desktop.data.content import crystal_as_json, crystal_from_json
from sc3d_desktop.errors import CrystalError, GenerationError
from sc3d_desktop.generation.candidate import Candidate, Judgement, Match, Stability
from sc3d_desktop.models.interface import NearestKnown


def candidate_as_json(candidate: Candidate) -> dict[str, Any]:
    """Plain types alone, for ``json.dumps``."""
    return {
        "index": candidate.index,
        "formula": candidate.formula,
        "crystal": crystal_as_json(candidate.crystal),
        "judgement": _judgement_as_json(candidate.judgement),
    }


def candidate_from_json(data: Mapping[str, Any]) -> Candidate:
    """What ``candidate_as_json`` wrote. Raises ``GenerationError`` for anything else."""
    try:
        return Candidate(
            index=int(data["index"]),
            crystal=crystal_from_json(data["crystal"]),
            formula=str(data["formula"]),
            judgement=_judgement(data["judgement"]),
        )
    except (KeyError, TypeError, ValueError, CrystalError) as error:
        raise GenerationError(
            f"A candidate of the run is damaged: {error}.", "Leave its line out, or run it again."
        ) from error


def _judgement_as_json(judgement: Judgement) -> dict[str, Any]:
    stability, symmetrised = judgement.stability, judgement.symmetrised
    data = _plain(replace(judgement, stability=None, symmetrised=None))
    data["matches"] = [_plain(match) for match in judgement.matches]
    data["nearest"] = [_plain(known) for known in judgement.nearest]
    data["symmetrised"] = None if symmetrised is None else crystal_as_json(symmetrised)
    if stability is not None:
        data["stability"] = _plain(stability) | {"relaxed": crystal_as_json(stability.relaxed)}
    return data


def _plain(said: Judgement | Match | NearestKnown | Stability) -> dict[str, Any]:
    named = {field.name: getattr(said, field.name) for field in fields(said)}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in named.items()}


def _judgement(data: Mapping[str, Any]) -> Judgement:
    told = dict(data)
    told["faults"], told["notes"] = tuple(data["faults"]), tuple(data["notes"])
    told["matches"] = tuple(Match(**match) for match in data["matches"])
    told["nearest"] = tuple(NearestKnown(**known) for known in data["nearest"])
    if told["symmetrised"] is not None:
        told["symmetrised"] = crystal_from_json(told["symmetrised"])
    if told["stability"] is not None:
        relaxed = crystal_from_json(told["stability"]["relaxed"])
        told["stability"] = Stability(**(told["stability"] | {"relaxed": relaxed}))
    return Judgement(**told)
