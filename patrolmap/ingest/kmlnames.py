"""Names of a KML file's data as they are written: GDAL makes all Chinese ones the same row of underscores."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["plain_data_names"]

_NAMED: Final = re.compile(
    rb"""(<(?:[\w.-]+:)?(?:Data|SimpleData|SimpleField|SimpleArrayField)\b[^>]*?\bname\s*=\s*)("[^"<>]*"|'[^'<>]*')"""
)


@contextmanager
def plain_data_names(path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """
    Give a KML file in which every name of data is plain ASCII.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.

    Yields
    ------
    path : Path
        The file itself if all names are plain; else a copy, gone afterwards.
    names : dict of str to str
        Name in the copy to the name as written.
    """
    names: dict[bytes, str] = {}

    def plain(found: re.Match[bytes]) -> bytes:
        written = found[2][1:-1]
        if re.fullmatch(rb"[A-Za-z]\w*", written):
            return found[0]
        name = names.setdefault(written, f"data_name_{len(names) + 1}")
        return found[1] + b'"' + name.encode() + b'"'

    data = path.read_bytes()
    renamed = _NAMED.sub(plain, data)
    if not names:
        yield path, {}
        return
    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder:
        copy = Path(folder) / "data.kml"
        copy.write_bytes(renamed)
        yield copy, {name: unescape(written.decode("utf-8", "replace")) for written, name in names.items()}
