"""
``python -m tools.sbom``: write ``assets/licences/sbom.cdx.json`` and ``texts.txt`` anew.

Names and versions are those of ``requirements/runtime.txt`` for Windows and Python 3.11, which is what the installer ships;
licences come from the installed packages. Run it after the locks were refreshed. Status 1 if a licence forbids shipping.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import sys
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import pyogrio
import pyproj
import shapely
from cryptography.hazmat.backends.openssl import backend
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from patrolmap import __version__
from tools.sbom.licence import is_shippable, licence_of

__all__ = ["locked", "main"]

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "assets" / "licences"
_TEXTS: Final = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)
_SHIPPED: Final = {"sys_platform": "win32", "python_full_version": "3.11.9", "python_version": "3.11"}


def main() -> int:
    """Write both files."""
    parts, texts = [], _texts_of_assets()
    for name, version in locked(ROOT / "requirements" / "runtime.txt").items():
        found = metadata.distribution(name)
        if found.version != version:
            print(f"{name} {version} is locked, {found.version} is installed", file=sys.stderr)
            return 1
        parts.append(_component(name, version, licence_of(found.metadata), f"pkg:pypi/{name}@{version}"))
        for file in found.files or ():
            if ".dist-info" in str(file) and _TEXTS.search(file.name) and Path(str(file.locate())).is_file():
                text = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace").strip()
                texts.setdefault(text, []).append(name)
    parts += [_component(name, version, licence, "") for name, version, licence in _carried()]
    document = _document(sorted(parts, key=lambda part: part["name"].lower()))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "sbom.cdx.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    rule = "=" * 100
    blocks = (f"{rule}\n{', '.join(sorted(set(names)))}\n{rule}\n\n{text}\n" for text, names in texts.items())
    (FOLDER / "texts.txt").write_text("\n".join(blocks), encoding="utf-8")
    bad = [part["name"] for part in parts if not is_shippable(part["licenses"][0]["expression"])]
    print(f"{len(parts)} components, {len(texts)} texts; not to be shipped: {', '.join(bad) or 'none'}")
    return int(bool(bad))


def locked(lock: Path) -> dict[str, str]:
    """
    Read which packages are shipped.

    Parameters
    ----------
    lock : Path
        A requirements file with exact versions and markers.

    Returns
    -------
    dict of str to str
        Versions by name, for Windows and Python 3.11.
    """
    found = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        told = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)(?:\s*;\s*([^\\]+))?", line)
        if told and (not told[3] or Marker(told[3].strip()).evaluate(_SHIPPED)):
            found[str(canonicalize_name(told[1]))] = told[2]
    return found


def _carried() -> tuple[tuple[str, str, str], ...]:
    """Libraries and fonts that come inside packages, with the interpreter, or in ``assets``."""
    return (
        ("Python", ".".join(map(str, sys.version_info[:3])), "PSF-2.0"),
        ("Qt (in pyside6)", metadata.version("pyside6-essentials"), "LGPL-3.0-only"),
        ("GDAL (in pyogrio)", pyogrio.__gdal_version_string__, "MIT"),
        ("PROJ (in pyproj)", pyproj.proj_version_str, "MIT"),
        ("GEOS (in shapely)", shapely.geos_version_string, "LGPL-2.1-only"),
        ("SQLite (in Python)", sqlite3.sqlite_version, "blessing"),
        ("OpenSSL (in cryptography)", backend.openssl_version_text().split()[1], "Apache-2.0"),
        ("Noto Sans SC (as Patrolmap Sans SC)", "2", "OFL-1.1"),
        ("Leaflet", _leaflet_version(), "BSD-2-Clause"),
    )


def _leaflet_version() -> str:
    script = next((ROOT / "assets" / "leaflet").glob("**/leaflet*.js"))
    told = re.search(r"Leaflet (\d+\.\d+\.\d+)", script.read_text(encoding="utf-8", errors="replace")[:500])
    return told[1] if told else ""


def _texts_of_assets() -> dict[str, list[str]]:
    found = {
        (FOLDER / "GPL-3.0.txt").read_text(encoding="utf-8").strip(): ["GPL 3, which the LGPL 3 is written on top of"]
    }
    found[(ROOT / "assets" / "fonts" / "OFL.txt").read_text(encoding="utf-8").strip()] = ["Noto Sans SC"]
    for file in (ROOT / "assets" / "leaflet").glob("LICENSE*"):
        found[file.read_text(encoding="utf-8").strip()] = ["Leaflet"]
    lesser = metadata.distribution("psycopg")
    text = next(Path(str(file.locate())) for file in lesser.files or () if _TEXTS.search(file.name))
    found[text.read_text(encoding="utf-8").strip()] = ["pyside6-addons", "pyside6-essentials", "shiboken6", "Qt"]
    return found


def _component(name: str, version: str, licence: str, purl: str) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "library", "name": name, "version": version}
    if purl:
        told |= {"bom-ref": purl, "purl": purl}
    return told | {"licenses": [{"expression": licence}]}


def _document(parts: list[dict[str, Any]]) -> dict[str, Any]:
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "patrolmap", "version": __version__}},
        "components": parts,
    }


if __name__ == "__main__":
    raise SystemExit(main())
