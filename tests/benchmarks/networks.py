"""The network beside the same one written with e3nn, and where the time of one answer goes.

Start: python tests/benchmarks/networks.py [THREADS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from e3nn_sodnet import E3nnSodnet

from sc3d_desktop.crystal import Crystal
from sc3d_desktop.crystal.cif import read_cif
from sc3d_desktop.crystal.graph import periodic_graph
from sc3d_desktop.models.known import known_structure, known_superconductors
from sc3d_desktop.models.sodnet import Sodnet, load_model
from sc3d_desktop.models.sodnet.batch import GraphBatch, graph_batch, join, with_occupancies
from sc3d_desktop.models.sodnet.nearest import nearest_known
from sc3d_desktop.paths import examples

REPEATS, TRAINED_TOGETHER = 30, 32


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def median_ms(action: Callable[..., object], *given: object, repeats: int = REPEATS) -> float:
    action(*given)
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        action(*given)
        times.append(time.perf_counter() - began)
    return 1e3 * float(np.median(times))


def batch_of(crystal: Crystal) -> GraphBatch:
    return graph_batch(crystal, periodic_graph(crystal)).to(torch.device("cpu"), torch.float32)


def crystals() -> dict[str, Crystal]:
    found = {n: read_cif(examples() / f"{n}.cif")[0] for n in ("MgB2", "YBa2Cu3O7")}
    found["HgBa2Ca2Cu3O8"] = read_cif(examples() / "HgBa2Ca2Cu3O8.cif")[0]
    found["Nb5Re24 (58 sites)"] = known_structure("Nb5Re24")
    return found


def forward(ours: Sodnet, theirs: E3nnSodnet) -> None:
    say("forward pass, ms: ours, e3nn, ratio")
    for name, crystal in crystals().items():
        batch = batch_of(crystal)
        with torch.inference_mode():
            torch.testing.assert_close(theirs(batch), ours(batch)[1], atol=1e-5, rtol=1e-5)
            a, b = median_ms(ours, batch), median_ms(theirs, batch)
        say(f"  {name:<20} {a:7.2f} {b:7.2f} {b / a:6.2f}")


def training_step(ours: Sodnet, theirs: E3nnSodnet) -> None:
    names = list(dict.fromkeys(k.structure for k in known_superconductors() if k.structure))
    batch = join([batch_of(known_structure(n)) for n in names[:TRAINED_TOGETHER]])

    def step(net: torch.nn.Module) -> None:
        net.zero_grad()
        said = net(batch)
        (said[1] if net is ours else said).square().mean().backward()

    a, b = (median_ms(step, net, repeats=5) for net in (ours, theirs))
    say(f"forward and backward of {TRAINED_TOGETHER} crystals, ms: {a:.0f}, {b:.0f}, {b / a:.2f}")


def stages() -> None:
    say("one answer, ms: graph, edit of it, networks, kernel, forest, judge, nearest, all of it")
    model = load_model(device="cpu")
    network, branch = model._network, model._network.composition
    for name, crystal in crystals().items():
        batch, graph = batch_of(crystal), graph_batch(crystal, periodic_graph(crystal))
        with torch.no_grad():
            answer = network(batch)
            x = answer.fractions
            times = [
                median_ms(periodic_graph, crystal),
                median_ms(with_occupancies, graph, crystal),
                median_ms(network._networks, batch),
                median_ms(branch.kernel, x),
                median_ms(branch.forest, x) if branch.forest else 0.0,
                median_ms(branch.judge, x) if branch.judge else 0.0,
                median_ms(nearest_known, x),
                median_ms(model.predict, [crystal]),
            ]
        say(f"  {name:<20}" + "".join(f"{t:8.2f}" for t in times))


def main() -> None:
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    model = load_model(device="cpu")
    say(f"{model.name}, {torch.get_num_threads()} threads, medians of {REPEATS}")
    ours = model._network.members[0].requires_grad_(True)
    theirs = E3nnSodnet(ours).eval()
    forward(ours, theirs)
    training_step(ours, theirs)
    stages()


if __name__ == "__main__":
    main()
