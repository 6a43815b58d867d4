"""What the monkey answers where the window asks for a file, a name or a colour, and what it may not reach."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QColorDialog, QFileDialog

if TYPE_CHECKING:
    import random
    from pathlib import Path

__all__ = ["WORDS", "answer_dialogs", "scratch_files"]

WORDS: Final = (
    "",
    "0",
    "-1",
    "12",
    "99999999999",
    "3.5",
    "19:30",
    "25:61",
    "2026-02-30",
    "中山路与人民路交叉口",
    "北环路",
    "a" * 300,
    "=HYPERLINK(1)",
    "<b>x</b>&amp;",
    "%s {x} {0}",
    "'; DROP TABLE sites;--",
    "\u202eabc",
    "😀",
    " \t ",
)
"""What is typed: usual words, and the ones that break programs."""

_COLUMNS: Final = "编号,名称,类别,时间,经度,纬度\n"


def scratch_files(folder: Path) -> list[Path]:
    """
    Write the files that the monkey opens: good ones, half-good ones and broken ones.

    Parameters
    ----------
    folder : Path
        Where they go.

    Returns
    -------
    list of Path
        The files, and one path that is not there.
    """
    rows = "".join(
        f"{number},点位{number},theft,2026-10-{1 + number % 28:02d} 2{number % 4}:10,"
        f"{113.6 + number % 7 / 1000},{34.7 + number % 5 / 1000 if number % 9 else ''}\n"
        for number in range(60)
    )
    shape = {"type": "Point", "coordinates": [113.6, 34.7]}
    feature = {"type": "Feature", "properties": {"name": "甲", "kind": "key_site"}, "geometry": shape}
    texts = {
        "incidents.csv": _COLUMNS + rows,
        "short.csv": "a,b\n1\n2,3,4\n",
        "empty.csv": "",
        "sites.geojson": json.dumps({"type": "FeatureCollection", "features": [feature]}),
        "track.gpx": "<gpx version='1.1'><trk><trkseg><trkpt lat='34.7' lon='113.6'/></trkseg></trk></gpx>",
        "broken.gpkg": "no database",
        "broken.xlsx": "no zip",
        "broken.mbtiles": "no database",
        "broken.pmc": "no container",
        "broken.png": "no picture",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [*(folder / name for name in texts), folder / "not-there.csv"]


def answer_dialogs(chance: random.Random, folder: Path) -> None:
    """
    Answer every dialog that would wait for a hand or leave the program, and cut the network.

    Parameters
    ----------
    chance : random.Random
        Chooses the answers.
    folder : Path
        Scratch folder: nothing is read or written outside it.
    """
    files = scratch_files(folder)
    kept = folder / "out"
    kept.mkdir(exist_ok=True)

    def opened(*_about: Any, **_more: Any) -> tuple[str, str]:
        return (str(chance.choice(files)) if chance.random() < 0.9 else "", "")

    def saved(_owner: Any = None, _title: str = "", proposal: str = "", *_about: Any, **_more: Any) -> tuple[str, str]:
        name = proposal.replace("\\", "/").rsplit("/", 1)[-1] or "kept.txt"
        return (str(kept / name) if chance.random() < 0.8 else "", "")

    answers: tuple[tuple[Any, str, Any], ...] = (
        (QFileDialog, "getOpenFileName", opened),
        (QFileDialog, "getSaveFileName", saved),
        (QFileDialog, "getExistingDirectory", lambda *_about, **_more: str(kept) if chance.random() < 0.8 else ""),
        (QColorDialog, "getColor", lambda *_about, **_more: QColor(chance.choice(("#ff0000", "#123456", "")))),
        (QDesktopServices, "openUrl", lambda *_about, **_more: True),
    )
    for owner, name, answer in answers:
        setattr(owner, name, staticmethod(answer))
    # A printer asks and then prints: the monkey has none.
    QPrintDialog.exec = lambda _dialog: 0  # type: ignore[method-assign]
    _cut_network()


def _cut_network() -> None:
    usual = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            reason = "the monkey has no network"
            raise ConnectionRefusedError(reason)
        usual(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]
