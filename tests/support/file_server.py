"""A server of one file on this machine, with the moods of servers on the web."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """``cut_after`` bytes the connection ends, once; ``ranges`` is whether it can go on."""

    content: bytes
    ranges: bool = True
    etag: str = '"one"'
    says_length: bool = True
    cut_after: int | None = None
    status: int = 200
    asked: list[str | None] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(content: bytes) -> Iterator[Served]:
    served = Served(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    served.url = f"http://127.0.0.1:{server.server_address[1]}/file.zip"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            served.asked.append(asked)
            start = 0
            if asked and served.ranges and self.headers.get("If-Range") == served.etag:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if served.status != 200:
                self.send_error(served.status)
                return
            if start >= len(served.content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("ETag", served.etag)
            rest = served.content[start:]
            if served.says_length:
                self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            if served.cut_after is not None:
                rest, served.cut_after = rest[: served.cut_after], None
            self.wfile.write(rest)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    return Handler
