"""Check that every text of the program has a translation, and that no translation is left over.

Run ``python -m tools.check_translations``. Exit status 1 names each text that is missing, unused, doubly translated
with different words, or whose named fields differ.
"""

from __future__ import annotations

import ast
import string
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

import polib

ROOT: Final = Path(__file__).resolve().parents[1]
MARKERS: Final = frozenset({"tr", "N_"})


def texts_in(source: Path) -> dict[str, int]:
    """
    Find the texts that a module marks for translation.

    Parameters
    ----------
    source : Path
        A Python file.

    Returns
    -------
    dict of str to int
        Each text with the number of its line.
    """
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in MARKERS and node.args:
            for text in _literals(node.args[0]):
                found.setdefault(text, node.lineno)
    return found


def fields_of(template: str) -> frozenset[str]:
    """
    List the named fields of a template.

    Parameters
    ----------
    template : str
        Such as ``"{count} rows"``.

    Returns
    -------
    frozenset of str
        Such as ``{"count"}``.
    """
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def complaints(package: Path, catalogues: Path) -> list[str]:
    """
    Compare the texts of a package with its catalogues.

    Parameters
    ----------
    package : Path
        Folder with the Python files.
    catalogues : Path
        Folder with the ``.po`` files of one language.

    Returns
    -------
    list of str
        One line for each fault; empty if all is well.
    """
    used = {
        text: f"{path.relative_to(package.parent)}:{line}"
        for path in sorted(package.rglob("*.py"))
        for text, line in texts_in(path).items()
    }
    translated: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(catalogues.glob("*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if not entry.obsolete and entry.msgid:
                translated[entry.msgid][path.name] = "" if "fuzzy" in entry.flags else entry.msgstr
    faults = [
        f"{place}: no translation: {text!r}" for text, place in used.items() if not any(translated[text].values())
    ]
    for text, versions in translated.items():
        where = ", ".join(versions)
        if not versions:
            continue
        if text not in used:
            faults.append(f"{where}: no longer used: {text!r}")
        if len(set(versions.values())) > 1:
            faults.append(f"{where}: translated in two ways: {text!r}")
        faults += [
            f"{where}: fields differ: {text!r} / {version!r}"
            for version in versions.values()
            if version and fields_of(version) != fields_of(text)
        ]
    return faults


def main() -> int:
    """
    Check the program's Chinese.

    Returns
    -------
    int
        1 if there are complaints.
    """
    faults = complaints(ROOT / "patrolmap", ROOT / "assets" / "translations" / "zh")
    print("\n".join(faults) if faults else "Every text has its translation.")
    return 1 if faults else 0


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    return []


if __name__ == "__main__":
    sys.exit(main())
