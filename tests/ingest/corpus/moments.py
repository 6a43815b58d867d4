"""Incidents with dates in the styles of offices and programs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.ingest.corpus.cells import Sheet
from tests.ingest.corpus.judge import Made
from tests.ingest.corpus.tables import write_book, write_text
from tests.ingest.corpus.truth import spots

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from tests.ingest.corpus.cases import Case

__all__ = ["MOMENTS", "write_moments"]

_ROWS: Final = 24
_EPOCH: Final = dt.datetime(1899, 12, 30)


def _chinese_half(moment: dt.datetime) -> str:
    half = "上午" if moment.hour < 12 else "下午"
    return f"{moment:%Y-%m-%d} {half}{(moment.hour - 1) % 12 + 1}:{moment:%M}"


MOMENTS: Final[dict[str, Callable[[dt.datetime], Any]]] = {
    "iso": lambda m: m.isoformat(),
    "blank": lambda m: m.isoformat(" "),
    "minutes": lambda m: f"{m:%Y-%m-%d %H:%M}",
    "slashes": lambda m: f"{m.year}/{m.month}/{m.day} {m.hour}:{m:%M}",
    "dots": lambda m: f"{m.year}.{m.month}.{m.day} {m:%H:%M:%S}",
    "chinese": lambda m: f"{m.year}年{m.month}月{m.day}日{m.hour}时{m.minute}分",
    "chinese_point": lambda m: f"{m.year}年{m.month}月{m.day}日 {m.hour}点{m.minute}分",
    "chinese_half": _chinese_half,
    "compact": lambda m: f"{m:%Y%m%d%H%M%S}",
    "american": lambda m: f"{m:%m/%d/%Y %I:%M:%S %p}",
    "zoned": lambda m: f"{m.isoformat()}+08:00",
    "fractions": lambda m: f"{m.isoformat(' ')}.000",
    "serial": lambda m: (m - _EPOCH).total_seconds() / 86_400,
    "serial_text": lambda m: f"{(m - _EPOCH).total_seconds() / 86_400:.6f}",
    "cells": lambda m: m,
}
"""Styles by name."""


def write_moments(case: Case, folder: Path, rng: random.Random) -> Made:
    """Write a table of incidents whose moments are in the style of the case."""
    places = spots(_ROWS, rng)
    first = dt.datetime(2026, 1, 14, 6, 0)
    moments = [first + dt.timedelta(minutes=rng.randrange(400_000)) for _ in places]
    write = MOMENTS[case.defect]
    rows = [[s.id, "盗窃", write(m), s.lon, s.lat] for s, m in zip(places, moments, strict=True)]
    if case.suffix in {".csv", ".tsv"}:
        rows = [[*row[:2], str(row[2]), *row[3:]] for row in rows]
    sheet = Sheet(["案件编号", "案件类别", "发案时间", "经度", "纬度"], rows, places)
    path = folder / f"警情{case.suffix}"
    if case.suffix in {".csv", ".tsv"}:
        write_text(sheet, path, case.encoding)
    else:
        write_book(sheet, path)
    expected = {s.id: np.array([[s.lon, s.lat]]) for s in places}
    times = {s.id: m.isoformat() for s, m in zip(places, moments, strict=True)}
    return Made(path, "incidents", expected, crs="wgs84", times=times)
