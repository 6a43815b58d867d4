"""Files made to cost much: seconds until they are refused, against merely reading their bytes once, same run.

Run ``python -m benchmarks.ingest.hostile``.
"""

from __future__ import annotations

import gzip
import tempfile
import time
import zipfile
from pathlib import Path

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.readers import read_source

_BLOCK = 64 * 1024**2
_LAUGHS = '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{i} "{f"&a{i - 1};" * 8}">' for i in range(1, 12)
)

_HEADS = {
    ".csv": "a,b,",
    ".geojson": '{"type": "FeatureCollection", "features": [',
    ".kml": '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>',
    ".gpx": '<?xml version="1.0"?><gpx version="1.1"><trk><name>',
    ".dxf": "0\nSECTION\n2\nENTITIES\n999\n",
    ".osm": '<?xml version="1.0"?><osm version="0.6"><node id="1" lat="1" lon="',
}


def main() -> None:
    """Time the refusal of each file."""
    with tempfile.TemporaryDirectory() as folder:
        for path in _files(Path(folder)):
            begin = time.perf_counter()
            with path.open("rb") as stream:
                while stream.read(_BLOCK):
                    pass
            reading_s = max(time.perf_counter() - begin, 1e-6)
            begin = time.perf_counter()
            why = _refusal(path)
            seconds = time.perf_counter() - begin
            print(f"{path.name:>14} {seconds:7.3f} s (wanted: under 2 s), {seconds / reading_s:8.1f} x reading: {why}")


def _refusal(path: Path) -> str:
    try:
        read_source(path, Wanted("streets"))
    except InputError as error:
        return str(error).splitlines()[0]
    return "NOT REFUSED"


def _files(folder: Path) -> list[Path]:
    bomb = folder / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(_BLOCK))
    packed = folder / "bomb.csv.gz"
    packed.write_bytes(gzip.compress(bytes(_BLOCK)))
    laughs = folder / "laughs.osm"
    laughs.write_text(
        _LAUGHS + ']><osm version="0.6"><node id="1" lat="1" lon="1" user="&a11;"/></osm>', encoding="utf-8"
    )
    line = folder / "one-line.csv"
    line.write_bytes(b"a," * (30 * 1024**2))
    return [bomb, packed, laughs, line, *_endless_lines(folder), *_odd_archives(folder)]


def _endless_lines(folder: Path) -> list[Path]:
    """Make a gigabyte of one line in each format that is a text; blanks, which the file system need not keep."""
    made = []
    for suffix, head in _HEADS.items():
        path = folder / f"gigabyte{suffix}"
        with path.open("wb") as stream:
            stream.write(head.encode())
            block = b" " * _BLOCK
            for _ in range(16):
                stream.write(block)
        made.append(path)
    return made


def _odd_archives(folder: Path) -> list[Path]:
    walker, crowd, sheet, doc = (folder / name for name in ("walker.zip", "crowd.zip", "bomb.xlsx", "bomb.kmz"))
    with zipfile.ZipFile(walker, "w") as archive:
        archive.writestr("../../outside.csv", "a,b")
    with zipfile.ZipFile(crowd, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number}.csv", "")
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * _BLOCK * 4)
    with zipfile.ZipFile(doc, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", _LAUGHS.replace("DOCTYPE osm", "DOCTYPE kml") + "]><kml>&a11;</kml>")
    return [walker, crowd, sheet, doc]


if __name__ == "__main__":
    main()
