"""Answers the requests of the map page from memory: the page, its scripts, its tiles. Nothing else is let through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlSchemeHandler,
)

from patrolmap.desktop.haste import Haste
from patrolmap.errors import PatrolmapError
from patrolmap.maps.page_addresses import asset_bytes, tile_request
from patrolmap.maps.tiles import TileSource

if TYPE_CHECKING:
    from patrolmap.desktop.jobs import JobRunner
    from patrolmap.maps.basemap import BasemapTiles
    from patrolmap.maps.page_addresses import TileRequest

__all__ = ["PageServer", "StayHome"]

_CHANNEL_SCRIPT: Final = "qtwebchannel/qwebchannel.js"
_OWN: Final = frozenset({"patrolmap", "data", "blob", "about"})


class StayHome(QWebEngineUrlRequestInterceptor):
    """Blocks every address outside the program: the map never asks the network."""

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        """
        Look at a request.

        Parameters
        ----------
        info : QWebEngineUrlRequestInfo
            The request.
        """
        if info.requestUrl().scheme() not in _OWN:
            info.block(True)


class PageServer(QWebEngineUrlSchemeHandler):
    """
    The scheme ``patrolmap://``.

    Parameters
    ----------
    jobs : JobRunner
        Paints tiles in the background.
    parent : QObject or None
        Owner.

    Attributes
    ----------
    page : str
        HTML of ``map.html``.
    tiles : dict of str to TileSource or BasemapTiles
        Paints the tiles of each set; a set that is not there is answered as not found.
    documents : dict of str to bytes
        JSON that the page was told to fetch, by name.
    """

    def __init__(self, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.page = ""
        self.tiles: dict[str, TileSource | BasemapTiles] = {}
        self.documents: dict[str, bytes] = {}

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        """
        Answer a request.

        Parameters
        ----------
        job : QWebEngineUrlRequestJob
            The request.
        """
        path = job.requestUrl().path().lstrip("/")
        if path == "map.html":
            _reply(job, "text/html", self.page.encode("utf-8"))
        elif path == "names.json" and isinstance(streets := self.tiles.get("streets"), TileSource):
            self._give_names(job, streets)
        elif (document := self.documents.get(path.removeprefix("layers/").removesuffix(".json"))) is not None:
            _reply(job, "application/json", document)
        elif path.startswith("assets/"):
            self._answer_asset(job, path.removeprefix("assets/"))
        elif (wanted := tile_request(path)) is not None and wanted.tile_set in self.tiles:
            self._paint_tile(job, wanted, self.tiles[wanted.tile_set])
        else:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)

    def _answer_asset(self, job: QWebEngineUrlRequestJob, name: str) -> None:
        try:
            content, kind = (_channel_script(), "text/javascript") if name == _CHANNEL_SCRIPT else asset_bytes(name)
        except PatrolmapError:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        _reply(job, kind, content)

    def _give_names(self, job: QWebEngineUrlRequestJob, tiles: TileSource) -> None:
        def deliver(content: bytes) -> None:
            if shiboken6.isValid(job):
                _reply(job, "application/json", content)

        self._jobs.quick(tiles.names_json, deliver)

    def _paint_tile(self, job: QWebEngineUrlRequestJob, wanted: TileRequest, tiles: TileSource | BasemapTiles) -> None:
        def is_gone() -> bool:
            # Asked, not told: the signal `destroyed` hands Python an object that is half gone already.
            return not shiboken6.isValid(job)

        def paint() -> bytes:
            return tiles.render_tile(
                wanted.z,
                wanted.x,
                wanted.y,
                scale=wanted.scale,
                theme=wanted.theme,
                tile_set=wanted.tile_set,
                cancel=is_gone,
            )

        def deliver(content: bytes) -> None:
            # The page may have moved on while the tile was painted.
            if shiboken6.isValid(job):
                _reply(job, "image/png", content)

        if tiles.may_be_long:
            self._jobs.patient(paint, deliver)
        else:
            self._jobs.quick(paint, deliver, Haste.NOW)


def _channel_script() -> bytes:
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        return b""
    return bytes(file.readAll().data())


def _reply(job: QWebEngineUrlRequestJob, kind: str, content: bytes) -> None:
    buffer = QBuffer(job)
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    job.reply(QByteArray(kind.encode("ascii")), buffer)
