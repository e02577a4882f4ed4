"""A run: samples made in batches, each finished one judged and on disk before it is told of."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import Protocol

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.formula import formula
from sc3d_desktop.generation.candidate import Candidate, Denoising, Found, Judgement
from sc3d_desktop.generation.folder import RunFolder
from sc3d_desktop.generation.sampling import Batch, CandidateSampler, Frame

_FRAME_SECONDS = 1 / 12


class Judges(Protocol):
    def judge(self, crystal: Crystal, earlier: list[Candidate]) -> Judgement: ...


def generate(
    folder: RunFolder, sampler: CandidateSampler, judge: Judges, animate: bool
) -> Iterator[Denoising | Found | None]:
    """Make what is missing in the folder. Yields at every denoising step: a state to show, at most
    a few a second and with ``animate`` only, or None; and each candidate.

    A batch of which a part is there already is made again as a whole, so that the rest comes out
    as it would have.
    """
    for batch in sampler.plan(folder.request):
        missing = [i for i in batch.indices if i not in folder.indices]
        if missing:
            last = yield from _denoised(sampler, folder, batch, missing, animate)
            yield from _kept(folder, judge, batch, last, missing)


def _denoised(
    sampler: CandidateSampler, folder: RunFolder, batch: Batch, missing: list[int], animate: bool
) -> Generator[Denoising | None, None, Frame]:
    shown, place = 0.0, batch.indices.index(missing[0])
    for frame in sampler.frames(folder.request, batch):
        now = time.monotonic()
        if animate and now - shown >= _FRAME_SECONDS and len(frame.state) == len(batch.indices):
            shown = now
            crystal = frame.crystal(place)
            yield Denoising(missing[0], frame.step, frame.steps, crystal)
        else:
            yield None
    return frame


def _kept(
    folder: RunFolder, judge: Judges, batch: Batch, last: Frame, missing: list[int]
) -> Iterator[Found | None]:
    for index, crystal in zip(batch.indices, last.crystals(), strict=True):
        if index not in missing:
            continue
        if crystal is None:
            folder.drop(index, "not finite, or flat")
            yield None
            continue
        judgement = judge.judge(crystal, folder.candidates)
        candidate = Candidate(index, crystal, formula(crystal.composition), judgement)
        folder.add(candidate)
        yield Found(candidate)
