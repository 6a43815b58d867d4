"""Coordinates as people write them, one in a cell or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.ingest.angles import parse_degrees, parse_pairs
from patrolmap.services.importing import import_file

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

_EAST = 113 + 39 / 60 + 12.5 / 3600
_NORTH = 34 + 45 / 60 + 30 / 3600


def _column(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("113.65", 113.65),
        ("113,65", 113.65),
        ("113°39′12″E", 113 + 39 / 60 + 12 / 3600),
        ("113°39'12.5\"", _EAST),
        ("东经113度39分12秒", 113 + 39 / 60 + 12 / 3600),
        ("113 39 12", 113 + 39 / 60 + 12 / 3600),
        ("34°45′N", 34.75),
        ("87.5°W", -87.5),
        ("S 33.5", -33.5),
        ("-87°30'", -87.5),
        ("113°75'", np.nan),
        ("somewhere", np.nan),
        ("113-39-12.5", _EAST),
        ("113－39－12.5", _EAST),
        ("113°39′12″.5", _EAST),
        ("113º39´12.5´´E", _EAST),
        ("１１３°３９′１２．５″Ｅ", _EAST),
        ("E113.76", 113.76),
        ("北纬34.76°", 34.76),
        ("经度：113.76", 113.76),
        ("113d39m12.5s", _EAST),
        ("113:39:12.5", _EAST),
        ("W 87-30-00", -87.5),
        ("12-15", np.nan),
        ("113°39′61″", np.nan),
        ("E113.76N", np.nan),
        ("38500123.4", 38500123.4),
    ],
)
def test_degrees(text: str, degrees: float) -> None:
    """Decimal degrees, decimal commas, hemispheres and degrees-minutes-seconds give the same place."""
    assert parse_degrees(_column(text))[0] == pytest.approx(degrees, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "east", "north"),
    [
        ("113.65,34.75", 113.65, 34.75),
        ("113.65 34.75", 113.65, 34.75),
        ("（113.65，34.75）", 113.65, 34.75),
        ("坐标:113.65、34.75", 113.65, 34.75),
        ("E113.76,N34.76", 113.76, 34.76),
        ("N34.76,E113.76", 113.76, 34.76),
        ("N34.76°E113.76°", 113.76, 34.76),
        ("113.76E 34.76N", 113.76, 34.76),
        ("34.76°N, 113.76°E", 113.76, 34.76),
        ("东经113.76°北纬34.76°", 113.76, 34.76),
        ("北纬34.76度，东经113.76度", 113.76, 34.76),
        ("東經113.76° 北緯34.76°", 113.76, 34.76),
        ("113°39′12.5″E 34°45′30″N", _EAST, _NORTH),
        ("113°39′12.5″E34°45′30″N", _EAST, _NORTH),
        ("东经113度39分12.5秒，北纬34度45分30秒", _EAST, _NORTH),
        ("113-39-12.5,34-45-30", _EAST, _NORTH),
        ("113-39-12.5 34-45-30", _EAST, _NORTH),
        ("113°39′12.5″/34°45′30″", _EAST, _NORTH),
        ("113 39 12.5; 34 45 30", _EAST, _NORTH),
        ("１１３．６５，３４．７５", 113.65, 34.75),
        ("lng:113.65 lat:34.75", 113.65, 34.75),
        ("lat=34.75,lng=113.65", 113.65, 34.75),
        ("纬度34.75，经度113.65", 113.65, 34.75),
        ("X:512345.6 Y:3845000.1", 512345.6, 3845000.1),
        ("113,65; 34,75", 113.65, 34.75),
        ("POINT(113.65 34.75)", 113.65, 34.75),
        ("S33.5 W70.25", -70.25, -33.5),
        ("113.65", np.nan, np.nan),
        ("航海路,12号", np.nan, np.nan),
        ("E113.76,E34.76", np.nan, np.nan),
        ("", np.nan, np.nan),
    ],
)
def test_pairs(text: str, east: float, north: float) -> None:
    """Both coordinates are found, longitude first where the cell says which is which."""
    first, second = parse_pairs(_column(text))
    assert (first[0], second[0]) == pytest.approx((east, north), nan_ok=True, abs=1e-9)


@given(st.floats(73, 135), st.floats(4, 53), st.sampled_from(["°′″", "度分秒", "°'\"", "---", ":::"]), st.booleans())
def test_written_and_read_again(east: float, north: float, signs: str, turned: bool) -> None:
    """Degrees, minutes and hundredths of a second come back to half a hundredth, 15 cm on the ground, in either order."""

    def written(value: float) -> str:
        hundredths = round(value * 360_000)
        last = "" if signs[2] in "-:" else signs[2]
        return f"{hundredths // 360_000}{signs[0]}{hundredths // 6_000 % 60:02d}{signs[1]}{hundredths % 6_000 / 100:05.2f}{last}"

    halves = [f"{written(east)}E", f"{written(north)}N"]
    first, second = parse_pairs(_column(",".join(halves[::-1] if turned else halves)))
    assert (first[0], second[0]) == pytest.approx((east, north), abs=0.0051 / 3600)


@pytest.mark.parametrize(
    "cell", ["E113.76,N34.76", "东经113.76°北纬34.76°", "113-45-36 34-45-36", "１１３．７６，３４．７６"]
)
def test_pairs_in_a_table(project: ProjectStore, tmp_path: Path, cell: str) -> None:
    """A column of pairs is the place of its rows."""
    path = tmp_path / "k.csv"
    path.write_text(f'名称,类型,坐标\n甲,卡口,"{cell}"\n', encoding="utf-8")
    import_file(project, path, "sites")
    point = project.layer("sites").geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((113.76, 34.76), abs=1e-9)
