"""A server of tiles on this computer, which remembers what it was asked."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class TileServer:
    """Serves contents by path without the query; `everywhere` for all other paths if it is given."""

    def __init__(self, contents: Mapping[str, bytes], everywhere: bytes | None = None) -> None:
        asked: list[str] = []
        agents: list[str] = []
        self.asked, self.agents = asked, agents

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                agents.append(self.headers.get("User-Agent", ""))
                content = contents.get(self.path.partition("?")[0], everywhere)
                self.send_response(404 if content is None else 200)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_words: object) -> None:
                pass

        # Not the HTTP server of the library: that one asks the network for the name of its address.
        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
