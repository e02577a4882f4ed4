"""The way of a candidate from noise, as extended XYZ for a viewer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.files.write_texts import extxyz_text
from sc3d_desktop.errors import GenerationError
from sc3d_desktop.generation.folder import StoredRun
from sc3d_desktop.generation.sampling import Batch, CandidateSampler


def write_trajectory(
    run: StoredRun, index: int, sampler: CandidateSampler, out: Path
) -> Iterator[tuple[int, int]]:
    """Make the candidate anew and write its states that are finite; yields (step, steps). Raises
    ``GenerationError`` where the run has no such index, is of other weights, or the file cannot be
    written.
    """
    batch = _batch_of(run, index, sampler)
    place = batch.indices.index(index)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            for frame in sampler.frames(run.request, batch):
                crystal = frame.crystal(place) if len(frame.state) == len(batch.indices) else None
                if isinstance(crystal, Crystal):
                    file.write(extxyz_text(crystal))
                yield frame.step, frame.steps
        unfinished.replace(out)
    except OSError as error:
        raise GenerationError(
            f"{out} cannot be written: {error.strerror}.", "Choose another place."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _batch_of(run: StoredRun, index: int, sampler: CandidateSampler) -> Batch:
    if run.model != sampler.name:
        raise GenerationError(
            f"{run.folder.name} was made with {run.model}, and this is {sampler.name}.",
            "The way of its candidates cannot be made again; start a new run.",
        )
    for batch in sampler.plan(run.request):
        if index in batch.indices:
            return batch
    raise GenerationError(
        f"{run.folder.name} has no candidate {index}.", f"Choose 1 to {run.request.count}."
    )
