"""Files as offices keep them, the same to the byte for the same content."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

__all__ = ["write_csv", "write_geojson", "write_json", "write_shapefile", "write_workbook"]

_MADE: Final = (2026, 11, 1, 0, 0, 0)
_MADE_TEXT: Final = "2026-11-01T00:00:00Z"


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """
    Write RFC 7946 GeoJSON, a feature a line, without empty properties.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In WGS 84.
    path : Path
        Target.
    """
    lines = []
    for row in frame.to_dict("records"):
        geometry = row.pop("geometry").__geo_interface__
        kept = {key: value for key, value in row.items() if value is not None and value == value}  # noqa: PLR0124 - NaN is not equal to itself
        kept = {key: int(value) if isinstance(value, float) else value for key, value in kept.items()}
        feature = {"type": "Feature", "properties": kept, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = f'{{"type":"FeatureCollection","name":"{path.stem}","features":[\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n")


def write_json(value: object, path: Path) -> None:
    """
    Write JSON for people to read.

    Parameters
    ----------
    value : object
        What JSON can hold.
    path : Path
        Target.
    """
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """
    Write a table as Chinese office programs save it: GB18030, lines ended by CR LF.

    Parameters
    ----------
    table : pandas.DataFrame
        Texts and numbers.
    path : Path
        Target.
    """
    path.write_bytes(table.to_csv(index=False, lineterminator="\r\n").encode("gb18030"))


def write_workbook(rows: Sequence[Mapping[str, object]], path: Path, sheet: str, title: str) -> None:
    """
    Write an Excel workbook with a title line above the head.

    Parameters
    ----------
    rows : sequence of dict
        Column to value; all of the same columns.
    path : Path
        Target.
    sheet, title : str
        Name of the sheet and the line above its head.
    """
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    columns = list(rows[0])
    page.append([title])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    page["A1"].font = Font(bold=True, size=14)
    page["A1"].alignment = Alignment(horizontal="center")
    page.append(columns)
    for cell in page[2]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
    for row in rows:
        page.append([row[column] if row[column] != "" else None for column in columns])
    for number, column in enumerate(columns, start=1):
        widest = max(len(str(column)), *(len(str(row[column])) for row in rows))
        page.column_dimensions[get_column_letter(number)].width = min(44, 4 + 1.7 * widest)
    page.freeze_panes = "A3"
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as source:
        members = [(name, source.read(name)) for name in source.namelist()]
    fixed = [(name, _undated(data) if name == "docProps/core.xml" else data) for name, data in members]
    path.write_bytes(_zip(fixed))


def write_shapefile(frame: gpd.GeoDataFrame, path: Path, stem: str) -> None:
    """
    Write a zipped shapefile with GBK attributes and a ``.cpg`` that says so.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In WGS 84; column names of at most five Chinese characters.
    path : Path
        Target, ending in ``.zip``.
    stem : str
        Name of the shapefile inside.
    """
    with tempfile.TemporaryDirectory() as folder:
        shape = Path(folder) / f"{stem}.shp"
        frame.to_file(
            shape, driver="ESRI Shapefile", encoding="GBK", engine="pyogrio", DBF_DATE_LAST_UPDATE="2026-11-01"
        )
        members = [(f"{stem}{ext}", shape.with_suffix(ext).read_bytes()) for ext in (".shp", ".shx", ".dbf", ".prj")]
        members.append((f"{stem}.cpg", b"GBK"))
    path.write_bytes(_zip(members))


def _undated(core: bytes) -> bytes:
    return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + _MADE_TEXT.encode(), core)


def _zip(members: Iterable[tuple[str, bytes]]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data)
    return raw.getvalue()
