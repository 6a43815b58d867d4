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


def main() -> None:
    """Time the refusal of each file."""
    with tempfile.TemporaryDirectory() as folder:
        for path in _files(Path(folder)):
            begin = time.perf_counter()
            path.read_bytes()
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
    return [bomb, packed, laughs, line]


if __name__ == "__main__":
    main()
