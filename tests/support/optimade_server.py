"""Servers on this machine that speak OPTIMADE: the reference one, and one with bad moods."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import gcd
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sc3d_desktop.crystal import Crystal, Site

_MASSES = {"D": ("H", 2.014), "T": ("H", 3.016)}
_STARTS_SECONDS = 60


def structure(crystal: Crystal, name: str) -> dict[str, Any]:
    """The crystal as an OPTIMADE resource; vacancies are named, isotopes told by their mass."""
    elements = sorted({_MASSES.get(el, (el, 0))[0] for el in crystal.composition})
    amounts = dict.fromkeys(elements, 0.0)
    for el, amount in crystal.composition.items():
        amounts[_MASSES.get(el, (el, 0))[0]] += amount
    total = sum(amounts.values())
    attributes = {
        "last_modified": "2026-01-01T00:00:00Z",
        "elements": elements,
        "nelements": len(elements),
        "elements_ratios": [amounts[el] / total for el in elements],
        "chemical_formula_descriptive": "".join(f"{el}{x:g}" for el, x in amounts.items()),
        "chemical_formula_reduced": _reduced(crystal, amounts),
        "chemical_formula_anonymous": None,
        "dimension_types": [1, 1, 1],
        "nperiodic_dimensions": 3,
        "lattice_vectors": crystal.lattice.tolist(),
        "cartesian_site_positions": crystal.cart_coords.tolist(),
        "nsites": len(crystal),
        "species": [_kind(site, f"kind {i}") for i, site in enumerate(crystal.sites)],
        "species_at_sites": [f"kind {i}" for i in range(len(crystal))],
        "structure_features": [] if crystal.is_ordered else ["disorder"],
    }
    return {"id": name, "type": "structures", "attributes": attributes}


def _reduced(crystal: Crystal, amounts: dict[str, float]) -> str | None:
    if not crystal.is_ordered:
        return None
    counts = {el: round(amount) for el, amount in amounts.items()}
    divisor = reduce(gcd, counts.values())
    return "".join(el + (str(n // divisor) if n > divisor else "") for el, n in counts.items())


def _kind(site: Site, name: str) -> dict[str, Any]:
    symbols = [_MASSES.get(el, (el, 0.0))[0] for el in site.species]
    shares = list(site.species.values())
    kind: dict[str, Any] = {"name": name}
    if site.species.vacancy > 0:
        symbols.append("vacancy")
        shares.append(site.species.vacancy)
    if set(_MASSES) & set(site.species):
        masses = [_MASSES.get(el, (el, 1.008))[1] for el in site.species]
        kind["mass"] = masses + [0.0] * (len(symbols) - len(masses))
    if len(set(symbols)) < len(symbols):
        kind["original_name"] = "isotopes"
    return kind | {"chemical_symbols": symbols, "concentration": shares}


def link(name: str, url: Any, kind: str = "child", **others: Any) -> dict[str, Any]:
    """A database or provider as one is listed at ``/links``."""
    facts = {"name": f"The {name}", "description": "made for a test", "homepage": None}
    attributes = facts | {"base_url": url, "link_type": kind} | others
    return {"id": name, "type": "links", "attributes": attributes}


@contextmanager
def reference_server(
    folder: Path, resources: Sequence[dict[str, Any]], **config: Any
) -> Iterator[str]:
    """The server of optimade-python-tools with these resources, in a process of its own."""
    rows = [{"x-optimade": {"meta": {"api_version": "1.2.0"}}}, *map(_stored, resources)]
    (folder / "data.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    settings = {"insert_from_jsonl": str(folder / "data.jsonl"), "insert_test_data": False}
    (folder / "config.json").write_text(json.dumps(settings | config))
    own = {"OPTIMADE_CONFIG_FILE": str(folder / "config.json"), "OPTIMADE_LOG_DIR": str(folder)}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = ["uvicorn", "optimade.server.main:app", "--fd", str(listening.fileno())]
        with (folder / "server.txt").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=os.environ | own,
                pass_fds=[listening.fileno()],
                stdout=said,
                stderr=subprocess.STDOUT,
            )
    try:
        _wait_for(f"{url}/v1/info", process, folder / "server.txt")
        yield url
    finally:
        process.kill()
        process.wait()


def _stored(resource: dict[str, Any]) -> dict[str, Any]:
    """The server looks for the type of a link among its attributes."""
    kind = {"type": resource["type"]} if resource["type"] == "links" else {}
    return resource | {"attributes": resource["attributes"] | kind}


def _wait_for(url: str, process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + _STARTS_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=_STARTS_SECONDS):
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError(f"the reference server did not start: {said.read_text()[-2000:]}")


@dataclass
class Answer:
    """What a server sends: ``cut`` so many bytes before the end it breaks off, and it waits
    ``pause`` seconds between two pieces of 1 kB.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    pause: float = 0.0


@dataclass
class Moody:
    """A server that answers as ``mood`` says, given the path, the parameters and which time it is
    that this address is asked, from 0.
    """

    mood: Callable[[str, dict[str, str], int], Answer]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)


@contextmanager
def moody_server(mood: Callable[[str, dict[str, str], int], Answer]) -> Iterator[Moody]:
    moody = Moody(mood)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(moody))
    moody.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield moody
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(moody: Moody) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            before = moody.asked.count(self.path)
            moody.asked.append(self.path)
            moody.times.append(time.monotonic())
            moody.agents.add(self.headers["User-Agent"])
            parts = urlsplit(self.path)
            answer = moody.mood(parts.path, dict(parse_qsl(parts.query)), before)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            body = answer.body[: len(answer.body) - answer.cut]
            step = 1000 if answer.pause else max(len(body), 1)
            try:
                for at in range(0, len(body), step):
                    self.wfile.write(body[at : at + step])
                    time.sleep(answer.pause)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client had enough

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    return Handler


def page(entries: Sequence[Any], following: Any = None, **meta: Any) -> Answer:
    """A page of entries, and where the next one is."""
    content = {"data": list(entries), "links": {"next": following}, "meta": meta}
    return Answer(json.dumps(content).encode())


def listing(entries: Sequence[dict[str, Any]], most: int = 100) -> Callable[..., Answer]:
    """A server of entries that honours ``page_limit`` up to ``most``, and ``page_offset``."""

    def mood(path: str, parameters: dict[str, str], time: int) -> Answer:
        at = int(parameters.get("page_offset", 0))
        limit = min(int(parameters.get("page_limit", most)), most)
        after = at + limit
        following = f"{path}?page_offset={after}&page_limit={limit}"
        return page(
            entries[at:after],
            following if after < len(entries) else None,
            data_returned=len(entries),
            more_data_available=after < len(entries),
        )

    return mood
