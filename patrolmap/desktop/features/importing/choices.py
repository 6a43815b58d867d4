"""The lists that both the import panel and the wizard offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QComboBox

__all__ = ["ENCODINGS", "FILE_KINDS", "SYSTEMS", "fill"]

FILE_KINDS: Final = (
    "*.geojson *.json *.gpkg *.shp *.zip *.kml *.kmz *.gpx *.dxf *.csv *.tsv *.txt *.xlsx *.xls *.osm *.pbf"
)
"""For the file dialog."""

SYSTEMS: Final = (
    ("auto", N_("As the file says, else WGS 84")),
    ("wgs84", "WGS 84"),
    ("EPSG:4490", "CGCS2000"),
    ("gcj02", N_("GCJ-02 (Amap, Tencent)")),
    ("bd09", N_("BD-09 (Baidu)")),
)
"""Coordinate systems to choose from."""

ENCODINGS: Final = (
    ("auto", N_("Recognise")),
    ("utf-8", "UTF-8"),
    ("gb18030", "GB 18030 / GBK"),
    ("big5", "Big5"),
    ("utf-16", "UTF-16"),
)
"""Encodings to choose from."""


def fill(box: QComboBox, rows: Sequence[tuple[str, str]]) -> None:
    """
    Write the entries of a box in the current language, and keep what is chosen.

    Parameters
    ----------
    box : QComboBox
        The box.
    rows : sequence of (str, str)
        Value and English title.
    """
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for value, title in rows:
        box.addItem(tr(title), value)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    box.blockSignals(False)
