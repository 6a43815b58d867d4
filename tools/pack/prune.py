"""Leave out of the frozen program what came along unasked: files, and the libraries that only these files need."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Entry", "is_loadable", "is_wanted", "orphans", "strip_symbols"]

Entry = tuple[str, str, str]
"""Name in the program, file, and kind, as PyInstaller has them."""

# A path that contains one of these is left out. Qt: QML, which nothing here is written in; plugins for bare screens, for
# a keyboard on the screen, for GTK's look, for pictures that no map or icon comes in; what serves developers.
_PARTS: Final = (
    ".debug.", "qtwebengine_devtools_resources", "v8_context_snapshot.debug", "/qml/", "/plugins/qmltooling",
    "/plugins/sqldrivers", "/plugins/designer", "/plugins/assetimporters", "/plugins/egldeviceintegrations",
    "/plugins/generic", "/plugins/position", "/platformthemes/libqgtk3", "qtvirtualkeyboard", "libqeglfs", "libqlinuxfb",
    "libqvnc", "libqvkkhrdisplay", "libqminimalegl", "/imageformats/libqpdf", "/imageformats/qpdf", "qtiff", "qwebp",
    "qtga", "qicns", "qwbmp", "/translations/assistant", "/translations/designer", "/translations/linguist",
    "/translations/qt_help", "/translations/qtlocation", "/translations/qtdeclarative", "/translations/qtmultimedia",
    "opengl32sw", "/tests/", "/sklearn/datasets/data", "/sklearn/datasets/images", "/sklearn/datasets/descr",
    "/distributed/http", "/dask/widgets",
    # PROJ's data come with GDAL too, and newer: at_start.py leads both there.
    "/pyproj/proj_dir/", "/pyogrio/proj_data/proj-", "/pyogrio/proj_data/proj4-", "/pyogrio/proj_data/vcpkg",
    # Of lxml Word and Excel files need the tree alone.
    "/lxml/objectify", "/lxml/html", "/lxml/isoschematron", "/lxml/sax", "/lxml/builder", "/lxml/includes", "/matplotlib-",
    # What Python would be told of Qt Quick, which only the browser's own library uses; a way to paint for old Windows.
    "/pyside6/qtopengl.", "/pyside6/qtquick.", "/pyside6/qtqml.", "/platforms/qdirect2d",
)  # fmt: skip
_SOURCES: Final = frozenset({".pyx", ".pxd", ".pxi", ".pyi", ".tp", ".c", ".cpp", ".h", ".hpp", ".a", ".lib", ".build"})
_LOAD: Final = 1
_PAGE: Final = 4096
_LANGUAGES: Final = ("zh-CN", "zh_CN", "en-US", "_en.")


def is_wanted(name: str) -> bool:
    """
    Tell whether a collected file belongs into the program.

    Parameters
    ----------
    name : str
        Its name in the program, with either kind of slash.

    Returns
    -------
    bool
        False for what only developers or other programs need, and for other languages than Chinese and English.
    """
    path = "/" + name.replace("\\", "/")
    if any(part in path.lower() for part in _PARTS) or PurePosixPath(path).suffix in _SOURCES:
        return False
    of_a_language = "qtwebengine_locales/" in path or ("/translations/qt" in path and path.endswith(".qm"))
    return not of_a_language or any(language in path for language in _LANGUAGES)


def orphans(dropped: Iterable[Entry], kept: Iterable[Entry], imports: Callable[[str], Iterable[str]]) -> set[str]:
    """
    Find the libraries that came along for dropped files alone.

    Parameters
    ----------
    dropped, kept : iterable of Entry
        What is left out and what stays.
    imports : callable
        Takes a file and gives the names of the libraries that it is linked with.

    Returns
    -------
    set of str
        Names in the program, of entries in `kept`. What programs open by name at run time is never among them, unless a
        dropped file is linked with it.
    """
    kept = list(kept)
    by_base = {_base(name): (name, file) for name, file, _ in kept}

    def reached(files: Iterable[str]) -> set[str]:
        seen: set[str] = set()
        todo = list(files)
        while todo:
            for base in {_base(one) for one in imports(todo.pop())} - seen:
                if base in by_base:
                    seen.add(base)
                    todo.append(by_base[base][1])
        return seen

    doubtful = reached(file for _, file, _ in dropped)
    needed = reached(file for name, file, _ in kept if _base(name) not in doubtful)
    return {by_base[base][0] for base in doubtful - needed}


def strip_symbols(folder: Path) -> int:
    """
    Take out of shared libraries for Linux the names that only debuggers read.

    Parameters
    ----------
    folder : Path
        Of the program.

    Returns
    -------
    int
        Bytes saved; 0 where there is no ``strip``. A library stays as it is if ``strip`` cannot read it, or would spoil it as it
        does some whose parts were moved when their wheel was made.
    """
    program = shutil.which("strip")
    if program is None:
        return 0
    files = [file for file in folder.rglob("*.so*") if file.is_file() and not file.is_symlink()]
    before = sum(file.stat().st_size for file in files)
    for file in files:
        made = file.with_name(file.name + ".stripped")
        done = subprocess.run(
            [program, "--strip-unneeded", "-o", str(made), str(file)], capture_output=True, check=False
        )
        if done.returncode == 0 and is_loadable(made):
            shutil.copymode(file, made)
            made.replace(file)
        else:
            made.unlink(missing_ok=True)
    return before - sum(file.stat().st_size for file in files)


def is_loadable(file: Path) -> bool:
    """
    Tell whether the system's loader could map a library into memory.

    Parameters
    ----------
    file : Path
        A shared library for 64-bit Linux.

    Returns
    -------
    bool
        Whether each part to load lies as far into a page of the file as into one of memory (System V ABI, program header).
    """
    content = file.read_bytes()
    if content[:6] != b"\x7fELF\x02\x01":
        return False
    (offset,) = struct.unpack_from("<Q", content, 32)
    size, count = struct.unpack_from("<HH", content, 54)
    heads = (struct.unpack_from("<IIQQQQQQ", content, offset + number * size) for number in range(count))
    return all((head[2] - head[3]) % _PAGE == 0 for head in heads if head[0] == _LOAD)


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()
