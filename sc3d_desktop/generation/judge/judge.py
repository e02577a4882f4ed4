"""All that can be said of a candidate at once, before anything is calculated."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.symmetry import find_symmetry
from sc3d_desktop.data.catalogue import Catalogue
from sc3d_desktop.generation.candidate import Candidate, Judgement
from sc3d_desktop.generation.judge.balance import charges_balance
from sc3d_desktop.generation.judge.novelty import Known, duplicate_of
from sc3d_desktop.generation.judge.symmetry import symmetrise
from sc3d_desktop.generation.judge.validity import validity
from sc3d_desktop.models.diffcsp_sc.fingerprint import load_fingerprint
from sc3d_desktop.models.interface import TcModel, TcPrediction

_UNBALANCED = "No oxidation states known of its elements add up to zero."
_PREDICTED_AT_ONCE = 64


class Judge:
    """Fills in judgements, in the thread that made it; close it, or use it in a ``with``.

    Compares with the catalogue as it is at first, if a path is given, and with the fingerprint of
    the generator's training data, the one that ships with the program without a path. Raises
    ``CatalogueError`` and ``ModelError`` where these cannot be read.
    """

    def __init__(
        self,
        tc_model: TcModel,
        catalogue_path: Path | None = None,
        fingerprint_path: Path | None = None,
    ) -> None:
        self._tc_model = tc_model
        self._open = ExitStack()
        fingerprint = load_fingerprint(fingerprint_path)
        catalogue = None
        if catalogue_path is not None:
            catalogue = self._open.enter_context(Catalogue.open(catalogue_path))
        try:
            self._known = Known(catalogue, fingerprint)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def judge(self, crystal: Crystal, earlier: Sequence[Candidate] = ()) -> Judgement:
        """Of an ordered crystal; ``earlier`` are the candidates of its run that came before."""
        (judgement,) = self._with_tc([(crystal, self._of_structure(crystal))])
        if judgement.faults:
            return judgement
        return replace(judgement, duplicate_of=duplicate_of(crystal, earlier))

    def judge_many(self, crystals: Sequence[Crystal]) -> list[Judgement]:
        """In order, each by itself: none is looked for among the others."""
        judged = [(crystal, self._of_structure(crystal)) for crystal in crystals]
        parts = range(0, len(judged), _PREDICTED_AT_ONCE)
        return [j for at in parts for j in self._with_tc(judged[at : at + _PREDICTED_AT_ONCE])]

    def _of_structure(self, crystal: Crystal) -> Judgement:
        valid = validity(crystal)
        balanced = charges_balance(crystal.composition)
        judgement = Judgement(
            faults=valid.faults,
            shortest_distance=valid.shortest_angstrom,
            balanced=balanced,
            notes=() if balanced else (_UNBALANCED,),
        )
        judgement = _with_symmetry(judgement, crystal)
        return judgement if valid.faults else self._with_novelty(judgement, crystal)

    def _with_novelty(self, judgement: Judgement, crystal: Crystal) -> Judgement:
        groups = {judgement.space_group_number or 1, judgement.space_group_number_symmetrised or 1}
        found = self._known.novelty(crystal, groups)
        notes = (*judgement.notes, *found.notes)
        return replace(judgement, matches=found.matches, novel=found.novel, notes=notes)

    def _with_tc(self, judged: Sequence[tuple[Crystal, Judgement]]) -> list[Judgement]:
        """Of the symmetrised crystal where there is one: noise in the positions is no physics."""
        sound = [i for i, (_, judgement) in enumerate(judged) if not judgement.faults]
        crystals = [judged[i][1].symmetrised or judged[i][0] for i in sound]
        predicted = self._tc_model.predict(crystals) if crystals else []
        told = [judgement for _, judgement in judged]
        for i, prediction in zip(sound, predicted, strict=True):
            told[i] = _with_prediction(told[i], prediction)
        return told


def _with_symmetry(judgement: Judgement, crystal: Crystal) -> Judgement:
    own = find_symmetry(crystal)
    higher = symmetrise(crystal)
    return replace(
        judgement,
        space_group=own.space_group,
        space_group_number=own.number,
        space_group_symmetrised=own.space_group if higher is None else higher.space_group,
        space_group_number_symmetrised=own.number if higher is None else higher.number,
        symmetrised=None if higher is None else higher.crystal,
    )


def _with_prediction(judgement: Judgement, said: TcPrediction) -> Judgement:
    return replace(
        judgement,
        tc_kelvin=said.tc_kelvin,
        tc_low_kelvin=said.tc_low_kelvin,
        tc_high_kelvin=said.tc_high_kelvin,
        p_superconductor=said.p_superconductor,
        domain=said.domain,
        in_training=said.in_training,
        nearest=said.nearest,
        notes=(*judgement.notes, *said.notes),
        model=said.model,
    )
