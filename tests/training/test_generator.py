"""The generator's data are packed right, and its training goes on where it stopped."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusion_cases import SMALL
from safetensors import safe_open

from sc3d_desktop.crystal import Crystal, Site, Species
from sc3d_desktop.errors import ModelError, TrainingError
from sc3d_desktop.models.diffcsp_sc.denoiser import Conditions, Denoiser
from sc3d_desktop.models.diffcsp_sc.state import crystals_of
from sc3d_desktop.models.diffcsp_sc.weights import load_generator, load_guide, save_generator
from sc3d_desktop.training.generator import loop
from sc3d_desktop.training.generator.data import GeneratorData, Packed, _draw, load_generator_data
from sc3d_desktop.training.generator.denoiser import WEIGHTS, train_generator
from sc3d_desktop.training.generator.guide import GUIDE_WEIGHTS, train_guide
from sc3d_desktop.training.generator.loop import LOG, LoopSettings, cooled

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SETTINGS = LoopSettings(pairs=60, warmup_steps=5)


def packed(n: int, atoms: int, known: bool) -> Packed:
    generator = torch.Generator().manual_seed(n + atoms)
    return Packed(
        torch.eye(3).expand(n, 3, 3) + 0.1 * torch.randn(n, 3, 3, generator=generator),
        torch.rand(n, atoms, 3, generator=generator),
        torch.randint(1, 104, (n, atoms), generator=generator, dtype=torch.uint8),
        torch.randn(n, generator=generator) if known else torch.full((n,), torch.nan),
    )


def some_data() -> GeneratorData:
    plain = {2: packed(20, 2, False), 3: packed(10, 3, False)}
    return GeneratorData(plain, {2: packed(6, 2, True)}, "hash")


def let_blocks(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many blocks of steps; the clock says when it is enough."""
    set_clock([0.0] * (1 + 2 * times), monkeypatch)


def set_clock(seconds: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read at the start, and at the start and the end of each block; late enough at last."""
    ticks = itertools.chain(seconds, itertools.repeat(1e9))
    monkeypatch.setattr(loop.time, "monotonic", lambda: next(ticks))


def train(folder: Path, times: int, monkeypatch: pytest.MonkeyPatch) -> list[loop.Step]:
    let_blocks(times, monkeypatch)
    return list(train_generator(some_data(), SMALL, SETTINGS, folder, 1.0))


def test_training_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [step.step for step in train(tmp_path, 1, monkeypatch)] == [100]
    assert [step.step for step in train(tmp_path, 2, monkeypatch)] == [200, 300]
    log = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [line["step"] for line in log] == [100, 200, 300]
    assert log[-1]["types"] < log[0]["types"]
    denoiser, card = load_generator(tmp_path / WEIGHTS)
    assert (card["steps"], card["structures"], card["superconductors"]) == (300, 30, 6)
    state = some_data().structures[3].state(torch.arange(2))
    assert denoiser(state, torch.tensor([1, 500]), Conditions.none(2)).frac.isfinite().all()


def test_the_learning_rate_falls_to_nothing_over_the_minutes_asked_for() -> None:
    seconds_left = (300.0, 120.0, 60.0, 30.0, 0.0, -1.0)
    assert [cooled(s, 120.0) for s in seconds_left] == [1.0, 1.0, 0.5, 0.25, 0.0, 0.0]
    assert [cooled(s, 0.0) for s in seconds_left] == [1.0] * 6


def test_a_run_that_cools_moves_its_weights_less_and_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(at: float) -> float:
        folder = tmp_path / str(at)
        set_clock([0.0, at, at], monkeypatch)
        run = train_generator(some_data(), SMALL, SETTINGS, folder, 1.0, cool_minutes=1.0)
        assert [step.step for step in run] == [100]
        trained = load_generator(folder / WEIGHTS)[0].state_dict()
        torch.manual_seed(0)
        fresh = Denoiser(SMALL).state_dict()
        return max(float((trained[name] - fresh[name]).abs().max()) for name in fresh)

    assert 0 < moved(59.999) < 1e-3 * moved(0.0)


def test_superconductors_alone_can_be_learned_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_blocks(1, monkeypatch)
    alone = some_data().without_structures()
    assert alone.sha256 != some_data().sha256
    list(train_generator(alone, SMALL, SETTINGS, tmp_path, 1.0))
    card = load_generator(tmp_path / WEIGHTS)[1]
    assert (card["structures"], card["superconductors"]) == (0, 6)


def test_a_run_starts_from_the_weights_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tmp_path / "first", 1, monkeypatch)
    start = tmp_path / "first" / WEIGHTS
    let_blocks(0, monkeypatch)
    second = train_generator(some_data(), SMALL, SETTINGS, tmp_path / "second", 1.0, start=start)
    assert not list(second)
    first, (again, card) = load_generator(start)[0], load_generator(tmp_path / "second" / WEIGHTS)
    assert card["steps"] == 100
    for name, tensor in again.state_dict().items():
        assert torch.equal(tensor, first.state_dict()[name])
    other = replace(SMALL, layers=1)
    with pytest.raises(TrainingError, match="another size"):
        next(train_generator(some_data(), other, SETTINGS, tmp_path / "third", 1.0, start=start))


def test_ordered_draws_have_the_elements_of_their_sites_as_often_as_the_occupancies_say() -> None:
    sites = (
        Site("A", Species({"La": 0.9, "Sr": 0.1}), (0.0, 0.0, 0.0)),
        Site("O", Species({"O": 0.75}), (0.5, 0.5, 0.5)),
        Site("Cu", Species({"Cu": 1.0}), (0.5, 0.5, 0.0)),
    )
    crystal, rng = Crystal(4 * np.eye(3), sites), np.random.default_rng(0)
    drawn = [_draw(crystal, rng) for _ in range(600)]
    seen = Counter(next(iter(s.species)) for c in drawn if c is not None for s in c.sites)
    assert all(c is not None and c.is_ordered for c in drawn)
    assert set(seen) == {"La", "Sr", "O", "Cu"}
    for element, share in (("Sr", 0.1), ("O", 0.75), ("Cu", 1.0)):
        assert seen[element] / 600 == pytest.approx(share, abs=0.05)


def test_split_sites_are_never_both_drawn() -> None:
    half = Species({"O": 0.5})
    sites = (
        Site("O1", half, (0.0, 0.0, 0.02)),
        Site("O2", half, (0.0, 0.0, 0.98)),
        Site("Cu", Species({"Cu": 1.0}), (0.5, 0.5, 0.5)),
    )
    rng = np.random.default_rng(1)
    drawn = [_draw(Crystal(4 * np.eye(3), sites), rng) for _ in range(50)]
    assert sum(crystal is not None for crystal in drawn) > 40
    assert all(len(crystal) == 2 for crystal in drawn if crystal is not None)
    everywhere = (sites[0], replace(sites[1], species=Species({"O": 1.0})), sites[2])
    everywhere = (replace(everywhere[0], species=Species({"O": 1.0})), *everywhere[1:])
    assert _draw(Crystal(4 * np.eye(3), everywhere), rng) is None


def test_the_guide_learns_tc_and_is_measured_on_what_it_has_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tc is told by the first element alone, whatever the noise on the rest."""
    torch.manual_seed(0)
    crystals = packed(120, 2, True)
    first = crystals.numbers[:, :1].expand(-1, 2) % 4 + 20
    known = Packed(crystals.lattice, crystals.frac, first, first[:, 0].float() - 21.5)
    let_blocks(4, monkeypatch)
    data = GeneratorData({}, {2: known}, "hash")
    steps = list(train_guide(data, SMALL, replace(SETTINGS, average=0.98), tmp_path, 1.0))
    # Late times hide the elements, so that half of the error at first is there to stay.
    assert steps[-1].losses["ln_tc"] < 0.75 * steps[0].losses["ln_tc"]
    load_guide(tmp_path / GUIDE_WEIGHTS)
    with safe_open(tmp_path / GUIDE_WEIGHTS, framework="pt") as file:
        card = json.loads(file.metadata()["sc3d"])["card"]
    assert card["superconductors"] == 108
    assert card["held_out"]["1"] < 0.5 < card["held_out"]["1000"]


def test_a_checkpoint_of_other_settings_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tmp_path, 1, monkeypatch)
    other = LoopSettings(pairs=61)
    with pytest.raises(TrainingError, match="another settings"):
        next(train_generator(some_data(), SMALL, other, tmp_path, 1.0))


def test_weights_survive_the_disk_and_damage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "g.safetensors"
    model = Denoiser(SMALL)
    save_generator(path, model, {"steps": 7})
    again, card = load_generator(path)
    assert card == {"steps": 7}
    for name, tensor in again.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name])
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ModelError, match="cannot be read"):
        load_generator(path)
    with pytest.raises(ModelError, match="There is no"):
        load_generator(tmp_path / "missing")
    with torch.no_grad():
        model.norm.weight[0] = torch.nan
    save_generator(path, model, {})
    with pytest.raises(ModelError, match="not finite"):
        load_generator(path)


def test_missing_data_are_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"There is no"):
        load_generator_data(tmp_path)


@pytest.mark.skipif(not (DATA / "pretraining").is_dir(), reason="needs shared/data/pretraining")
def test_real_data_make_crystals_and_hold_out_what_is_judged() -> None:
    data = load_generator_data(DATA, 120)
    assert 300 < data.count(data.structures) <= 360
    assert data.count(data.superconductors) > 200  # ordered ones, and draws of the others
    for sizes in (data.structures, data.superconductors):
        for atoms, crystals in sizes.items():
            made = crystals_of(crystals.state(torch.arange(min(3, len(crystals)))))
            assert all(crystal is not None and len(crystal) == atoms for crystal in made)
    known = torch.cat([p.ln_tc for p in data.superconductors.values()])
    assert known.isfinite().all()
    assert float(np.exp(known.numpy()).max()) < 400
