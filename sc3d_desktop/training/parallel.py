"""Several processes that train one network together, started by torchrun.

Every process holds the whole network and takes its part of each batch. What they add up is the
gradient of the whole batch, so it makes no difference to the result how many there are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn

T = TypeVar("T")


@contextmanager
def together() -> Iterator[None]:
    """Join the other processes for as long as this lasts; without torchrun there are none."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield
        return
    distributed.init_process_group("gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def n_processes() -> int:
    return distributed.get_world_size() if _joined() else 1


def rank() -> int:
    """The number of this process, from 0."""
    return distributed.get_rank() if _joined() else 0


def is_first() -> bool:
    """Whether this process writes and tells."""
    return rank() == 0


def own_part(batch: Sequence[T]) -> list[T]:
    """What this process takes of a batch; may be empty."""
    return list(batch[rank() :: n_processes()])


def wait_for_all() -> None:
    if _joined():
        distributed.barrier()


def add_up_gradients(model: nn.Module) -> None:
    """Every process has the sum of all gradients afterwards."""
    if not _joined():
        return
    parameters = [p for p in model.parameters() if p.requires_grad]
    flat = torch.cat([_gradient(p).flatten() for p in parameters])
    distributed.all_reduce(flat)
    for parameter, part in zip(
        parameters, flat.split([p.numel() for p in parameters]), strict=True
    ):
        parameter.grad = part.view_as(parameter).clone()


def add_up(value: float) -> float:
    """The sum over all processes."""
    if not _joined():
        return value
    total = torch.tensor(value, dtype=torch.float64)
    distributed.all_reduce(total)
    return float(total)


def _gradient(parameter: Tensor) -> Tensor:
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def _joined() -> bool:
    return distributed.is_available() and distributed.is_initialized()
