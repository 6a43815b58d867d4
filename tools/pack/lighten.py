"""
Make the Windows program lighter where leaving files out does not do: stand-ins, and one library instead of several.

OR-Tools is linked with the solvers SCIP and HiGHS, 20 MB, which CP-SAT and the flows, all that patrolmap asks of it,
never call: libraries of a few kilobytes stand in for them, whose functions end the program. OpenSSL comes with Python,
GDAL and the driver for PostgreSQL; its makers keep versions of one major number compatible, so the newest serves all.
So do those of PROJ and of GEOS' C interface, which come with GDAL, and again with pyproj and Shapely.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.pack.portable_executable import STOPS, exported, imported, stand_in
from tools.pack.prune import orphans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.pack.prune import Entry

__all__ = ["NEVER_CALLED", "share_openssl", "share_with_gdal", "stand_in_for"]

NEVER_CALLED: Final = ("ortools/.libs/libscip.dll", "ortools/.libs/highs.dll")
_OPENSSL: Final = re.compile(r"(libcrypto|libssl)-3(-x64)?(-[0-9a-f]{32})?\.dll", re.IGNORECASE)
_OF_GDAL: Final = re.compile(r"(proj_9|geos|geos_c)-[0-9a-f]{32}\.dll", re.IGNORECASE)
_VERSION: Final = re.compile(rb"OpenSSL 3\.(\d+)\.(\d+)")


def stand_in_for(names: Iterable[str], entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """
    Replace libraries by small ones that offer the same to those that are linked with them.

    Parameters
    ----------
    names : iterable of str
        Names in the program, with forward slashes.
    entries : iterable of Entry
        What is to be collected.
    folder : Path
        For the files that are made.

    Returns
    -------
    list of Entry
        The same entries, some with other files.

    Raises
    ------
    ValueError
        If one is asked for what it does not offer; then it is not the library that was meant.
    """
    entries = list(entries)
    wanted = {Path(name).name.lower(): name for name in names}
    asked: dict[str, set[str]] = {base: set() for base in wanted}
    for name, file, _ in entries:
        if _base(name) not in wanted and _is_library(name):
            for base, functions in imported(Path(file)).items():
                if base in asked:
                    asked[base] |= set(functions)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, file, kind in entries:
        base = _base(name)
        if _slashed(name) != wanted.get(base):
            made.append((name, file, kind))
            continue
        if missing := asked[base] - exported(Path(file)):
            raise ValueError(f"{name} does not offer {', '.join(sorted(missing)[:5])}")
        target = folder / Path(file).name
        target.write_bytes(stand_in(Path(file).name, asked[base], STOPS))
        made.append((name, str(target), kind))
    return made


def share_openssl(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """
    Keep only the newest OpenSSL, under the names that Python has for it, and lead everybody to it.

    Parameters
    ----------
    entries : iterable of Entry
        What is to be collected.
    folder : Path
        For libraries in which a name is changed.

    Returns
    -------
    list of Entry
        Without the other copies. All entries as they were, if the newest would not serve all.
    """
    entries = list(entries)
    ours = [(name, Path(file)) for name, file, _ in entries if _OPENSSL.fullmatch(_base(name))]
    by_folder: dict[Path, dict[str, Path]] = {}
    for name, file in ours:
        by_folder.setdefault(file.parent, {})[_base(name).split("-")[0]] = file
    pairs = [pair for pair in by_folder.values() if len(pair) == len(("libcrypto", "libssl"))]
    if not pairs or len(by_folder) == 1:
        return entries
    newest = max(pairs, key=lambda pair: _version(pair["libcrypto"]))
    new_names = {_base(name): f"{_base(name).split('-')[0]}-3.dll" for name, _ in ours}
    offered = {f"{kind}-3.dll": exported(file) for kind, file in newest.items()}
    others = [entry for entry in entries if not _OPENSSL.fullmatch(_base(entry[0]))]
    others += [(f"{kind}-3.dll", str(file), "BINARY") for kind, file in sorted(newest.items())]
    leads = {old: (new, offered[new]) for old, new in new_names.items()}
    return _led(others, leads, folder) or entries


def share_with_gdal(entries: Iterable[Entry], folder: Path) -> list[Entry]:
    """
    Lead pyproj and Shapely to the PROJ and GEOS that GDAL brings, and leave out theirs with all that only they need.

    Parameters
    ----------
    entries : iterable of Entry
        What is to be collected.
    folder : Path
        For libraries in which a name is changed.

    Returns
    -------
    list of Entry
        Without the second copies. All entries as they were, if GDAL's do not offer what is asked.
    """
    entries = list(entries)
    shared = [entry for entry in entries if _OF_GDAL.fullmatch(_base(entry[0]))]
    stay = {_kind(name): (_base(name), Path(file)) for name, file, _ in shared if _is_of_gdal(name)}
    go = [entry for entry in shared if not _is_of_gdal(entry[0]) and _kind(entry[0]) in stay]
    leads = {_base(name): (stay[_kind(name)][0], exported(stay[_kind(name)][1])) for name, _, _ in go}
    others = [entry for entry in entries if entry not in go]
    alone = {_base(name) for name in orphans(go, others, _asks)}
    return _led([entry for entry in others if _base(entry[0]) not in alone], leads, folder) or entries


def _led(
    entries: Iterable[Entry], leads: Mapping[str, tuple[str, frozenset[str] | set[str]]], folder: Path
) -> list[Entry] | None:
    """Lead all who ask for a library to another, by its name and what it offers; None where it would not serve."""
    folder.mkdir(parents=True, exist_ok=True)
    led = []
    for name, file, kind in entries:
        asked = imported(Path(file)) if _is_library(name) else {}
        found = {old: leads[old] for old in asked if old in leads}
        if any(len(new) > len(old) or not set(asked[old]) <= offered for old, (new, offered) in found.items()):
            return None
        changes = {old: new for old, (new, _) in found.items()}
        led.append((name, _renamed(Path(file), changes, folder / name.replace("\\", "_").replace("/", "_")), kind))
    return led


def _kind(name: str) -> str:
    return _base(name).split("-", maxsplit=1)[0]


def _is_of_gdal(name: str) -> bool:
    return "pyogrio.libs/" in _slashed(name).lower()


def _asks(file: str) -> list[str]:
    return list(imported(Path(file))) if _is_library(file) else []


def _renamed(file: Path, changes: Mapping[str, str], target: Path) -> str:
    """Write a copy that asks for libraries of other, shorter names; the file itself if nothing changes."""
    content = file.read_bytes() if any(old != new for old, new in changes.items()) else b""
    if not content:
        return str(file)
    for old, new in changes.items():
        content = re.sub(
            re.escape(old.encode()) + b"\0", new.encode().ljust(len(old) + 1, b"\0"), content, flags=re.IGNORECASE
        )
    target.write_bytes(content)
    return str(target)


def _version(file: Path) -> tuple[int, int]:
    told = _VERSION.search(file.read_bytes())
    return (int(told[1]), int(told[2])) if told else (0, 0)


def _is_library(name: str) -> bool:
    return name.lower().endswith((".dll", ".pyd", ".exe"))


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def _base(name: str) -> str:
    return _slashed(name).rpartition("/")[2].lower()
