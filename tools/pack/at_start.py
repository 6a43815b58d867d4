"""
What the frozen program does before anything else.

Its two programs on Windows share the archive of modules, which PyInstaller would put into each of them; and PROJ's
data, which come with two libraries, are there once.
"""

import os
import sys

import pyimod01_archive
import pyimod02_importers

_folder = sys._MEIPASS  # type: ignore[attr-defined]  # noqa: SLF001 - PyInstaller's own name for it
_modules = os.path.join(_folder, "modules.pyz")  # noqa: PTH118 - pathlib is not there yet
if os.path.exists(_modules):  # noqa: PTH110
    pyimod02_importers.pyz_archive = pyimod01_archive.ZlibArchiveReader(_modules, check_pymagic=True)
    pyimod02_importers._pyz_tree = None  # noqa: SLF001 - made anew from the archive when it is asked for
    sys.path_importer_cache.clear()  # finders keep the archive that was there when they were made
# Not only if it is unset: another program's data, of another version, may be named there.
os.environ["PROJ_DATA"] = os.path.join(_folder, "pyogrio", "proj_data")  # noqa: PTH118
os.environ.pop("PROJ_LIB", None)
_shared = os.path.join(_folder, "pyogrio.libs")  # noqa: PTH118
if sys.platform == "win32" and os.path.isdir(_shared):  # noqa: PTH112
    os.add_dll_directory(_shared)  # GDAL's PROJ and GEOS serve pyproj and Shapely too
if sys.argv[1:] == ["--unpack"]:  # asked by the installer, once
    from pathlib import Path

    from tools.pack.unpack import unpack

    unpack(Path(_folder))
    os._exit(0)  # no module can be found any more, not even for a proper end
