"""Map tiles from an address on the network, asked for only by someone whom the user has allowed to; kept on disk within a limit."""

from __future__ import annotations

import hashlib
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.exchange.tile_archive import MOST_TILE_BYTES, ArchiveInfo, is_picture
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.exchange.tile_store import TileStore

__all__ = ["OnlineTiles", "TileAddress", "is_address"]

_TIMEOUT_S: Final = 5.0
_REST_S: Final = 30.0
_ZOOMS: Final = (1, 18)
_ABSENT: Final = frozenset({204, 404, 410})
_MOST_ABSENT: Final = 10_000
_MARK: Final = re.compile(r"\{(-?\w+|\w-\w)\}")
_ALIASES: Final = {"tilematrix": "z", "tilecol": "x", "tilerow": "y"}
_MARKS: Final = "{z}, {x}, {y}"
_AGENT: Final = f"patrolmap/{__version__}"


def is_address(text: str) -> bool:
    """
    Tell an address on the network from a file.

    Parameters
    ----------
    text : str
        What the user gave.

    Returns
    -------
    bool
        Whether it begins with ``http://`` or ``https://``.
    """
    return text.strip().lower().startswith(("http://", "https://"))


@dataclass(frozen=True)
class TileAddress:
    """
    A template of addresses: XYZ, TMS (``{-y}``) or WMTS, in the usual Web Mercator matrix.

    Parameters
    ----------
    template : str
        With ``{z}``, ``{x}`` and ``{y}`` or ``{-y}`` (rows from the south); as in WMTS also ``{TileMatrix}``, ``{TileCol}``, ``{TileRow}``;
        ``{s}`` for servers a to c, ``{0-7}`` for servers 0 to 7; ``{key}`` for a key.
    key : str, default ""
        The key.

    Raises
    ------
    InputError
        If it is no address, has no place for zoom, column or row, or a mark that is not known, or wants a key that is not given.
    """

    template: str
    key: str = ""

    def __post_init__(self) -> None:
        marks = {_plain(mark) for mark in _MARK.findall(self.template)}
        servers = {mark for mark in marks if len(mark) == 3 and mark[1] == "-"}
        if not is_address(self.template) or not urlsplit(self.template).netloc:
            raise _refused(Message(N_("it must begin with http:// or https://")))
        if not {"z", "x"} <= marks or not marks & {"y", "-y"}:
            raise _refused(Message(N_("it lacks the places for {marks}"), {"marks": _MARKS}))
        if marks - servers - {"z", "x", "y", "-y", "s", "key"}:
            raise _refused(Message(N_("it holds a mark in braces that is not known")))
        if "key" in marks and not self.key:
            raise InputError(
                N_("This background map wants a key."),
                remedy=N_("Ask its provider for a key and enter it in the settings under “Map”."),
            )

    @property
    def host(self) -> str:
        """Name of the server, without a number that varies."""
        return _MARK.sub("", urlsplit(self.template).netloc).lstrip(".")

    def of(self, z: int, x: int, y: int) -> str:
        """
        Write the address of a tile.

        Parameters
        ----------
        z, x, y : int
            Zoom, column, row from the north.

        Returns
        -------
        str
            The address; the same tile is always asked of the same server.
        """

        def fill(match: re.Match[str]) -> str:
            mark = _plain(match[1])
            if len(mark) == 3 and mark[1] == "-":
                first, last = ord(mark[0]), ord(mark[2])
                return chr(first + (x + y) % max(last - first + 1, 1))
            values = {
                "z": z,
                "x": x,
                "y": y,
                "-y": (1 << z) - 1 - y,
                "s": "abc"[(x + y) % 3],
                "key": quote(self.key, safe=""),
            }
            return str(values[mark])

        return _MARK.sub(fill, self.template)

    @property
    def digest(self) -> str:
        """Names the source in the store on disk; says nothing of the key."""
        return hashlib.sha256(self.template.encode("utf-8")).hexdigest()[:16]


class OnlineTiles:
    """
    Tiles of an address. May be asked from any thread; never asks the network while `may_ask` says no.

    After a failure the server is left in peace for half a minute, and `tell` is called, once for all failures.

    Parameters
    ----------
    address : TileAddress
        Where.
    may_ask : Callable
        Tells whether the user allows the network now.
    store : TileStore
        Keeps what came.
    tell : Callable
        Gets why tiles do not come, from the thread that asked.
    credit : str, default ""
        Whom to name beside the map; empty for the server.
    """

    def __init__(
        self,
        address: TileAddress,
        may_ask: Callable[[], bool],
        store: TileStore,
        tell: Callable[[str], object],
        credit: str = "",
    ) -> None:
        self._address, self._may_ask, self._store, self._tell = address, may_ask, store, tell
        self._lock = threading.Lock()
        self._absent: set[tuple[int, int, int]] = set()
        self._rests_until_s = 0.0
        self._is_told = self._is_closed = False
        self._info = ArchiveInfo(address.host, credit or address.host, *_ZOOMS)

    @property
    def info(self) -> ArchiveInfo:
        """Server, credit and zooms."""
        return self._info

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """
        Give a tile from the store, or ask for it.

        Parameters
        ----------
        z, x, y : int
            Zoom, column, row from the north.

        Returns
        -------
        bytes or None
            A picture; None where there is none, or none can be had now.
        """
        if not self._may_ask() or self._is_closed:
            return None
        kept = self._store.get(self._address.digest, z, x, y)
        if kept is not None:
            return kept
        with self._lock:
            if (z, x, y) in self._absent or time.monotonic() < self._rests_until_s:
                return None
        return self._fetch(z, x, y)

    def close(self) -> None:
        """Ask nothing more."""
        self._is_closed = True

    def _fetch(self, z: int, x: int, y: int) -> bytes | None:
        request = urllib.request.Request(self._address.of(z, x, y), headers={"User-Agent": _AGENT})  # noqa: S310 - checked to be http
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
                content: bytes = answer.read(MOST_TILE_BYTES + 1)
                status = answer.status
        except urllib.error.HTTPError as error:
            with error:
                if error.code in _ABSENT:
                    self._forget(z, x, y)
                    return None
                self._rest(f"HTTP {error.code}")
            return None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            self._rest(str(reason) or type(error).__name__)
            return None
        if status in _ABSENT:
            self._forget(z, x, y)
        elif not is_picture(content) or len(content) > MOST_TILE_BYTES:
            self._rest("no picture")
        else:
            self._store.put(self._address.digest, z, x, y, content)
            return content
        return None

    def _forget(self, z: int, x: int, y: int) -> None:
        with self._lock:
            if len(self._absent) < _MOST_ABSENT:
                self._absent.add((z, x, y))

    def _rest(self, reason: str) -> None:
        with self._lock:
            self._rests_until_s = time.monotonic() + _REST_S
            is_news, self._is_told = not self._is_told, True
        if is_news and not self._is_closed:
            self._tell(reason)


class _StayOnTheWeb(urllib.request.HTTPRedirectHandler):
    """Follows only to addresses of the web."""

    def redirect_request(  # noqa: PLR0917 - the signature of the library
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Refuse what leads elsewhere, such as to a file."""
        if not is_address(newurl):
            raise urllib.error.HTTPError(newurl, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Make an opener that knows http, https and the proxy of the computer, and no files."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _StayOnTheWeb(),
        urllib.request.HTTPErrorProcessor(),
    ):
        made.add_handler(handler)
    return made


_OPENER: Final = _opener()


def _plain(mark: str) -> str:
    return _ALIASES.get(mark.lower(), mark)


def _refused(reason: Message) -> InputError:
    return InputError(
        N_("This address of a background map cannot be used: {reason}."),
        remedy=N_("Copy the address of its tiles, such as {example}, from its provider."),
        example=f"https://example.org/{_MARKS.replace(', ', '/')}.png",
        reason=reason,
    )
