"""Checks of the self-test beyond the main job: password, documents, tables, database driver, many projects at once."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
import zipfile
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "check_batch",
    "check_documents",
    "check_drawings",
    "check_outlines",
    "check_password",
    "check_server_driver",
    "own_program",
]

_BATCH_TIMEOUT_S: Final = 240

# Libraries are loaded inside the checks: one that cannot be loaded is a finding, not a crash.


def check_password(folder: Path) -> str:
    """
    Seal some bytes, and open them with the right password and with a wrong one.

    Parameters
    ----------
    folder : Path
        For names in messages only.

    Returns
    -------
    str
        The versions.

    Raises
    ------
    AssertionError
        If other bytes come back, or the wrong password opens them.
    """
    from patrolmap.errors import InputError
    from patrolmap.project.sealing import seal, unseal

    content, sealed, opened = b"patrolmap" * 100, io.BytesIO(), io.BytesIO()
    seal(io.BytesIO(content), sealed, "correct", size_bytes=len(content), journal_hash="0" * 64)
    unseal(io.BytesIO(sealed.getvalue()), folder / "a.gpkg", "correct", opened)
    _require(opened.getvalue() == content, "the sealed bytes come back")
    try:
        unseal(io.BytesIO(sealed.getvalue()), folder / "a.gpkg", "wrong", None)
    except InputError:
        return _versions("cryptography", "cffi")
    raise AssertionError("a wrong password opened the project")


def check_documents(folder: Path) -> str:
    """
    Write the sample's situation report for Word, and its plan as a workbook; read both back.

    Parameters
    ----------
    folder : Path
        With the sample's project.

    Returns
    -------
    str
        Versions and sizes.

    Raises
    ------
    AssertionError
        If a file is not what it should be.
    """
    import docx

    from patrolmap.ingest.choosing import Wanted
    from patrolmap.ingest.readers import read_source
    from patrolmap.services.exporting import export
    from patrolmap.services.projects import open_project
    from patrolmap.services.report import make_report, write_report

    report, table = folder / "report.docx", folder / "plan.xlsx"
    with open_project(folder / "sample.gpkg") as project:
        write_report(make_report(project, "month", dt.date(2026, 11, 20)), report)
        export(project, table, "xlsx")
    words = len(docx.Document(str(report)).paragraphs)
    rows = len(read_source(table, Wanted("incidents")).table)
    _require(words > 10 and rows > 0 and zipfile.is_zipfile(report), "a report and a table with something in them")
    return f"{_versions('python-docx', 'lxml', 'openpyxl')}: {words} paragraphs, {rows} rows"


def check_drawings(folder: Path) -> str:
    """
    Read what drawing programs, map viewers and receivers write: DXF, KML and GPX.

    Parameters
    ----------
    folder : Path
        For the files.

    Returns
    -------
    str
        Rows of each.

    Raises
    ------
    PatrolmapError
        If one cannot be read.
    """
    from patrolmap.ingest.self_check import check_drawings as read_all

    return read_all(folder)


def check_outlines(_folder: Path) -> str:
    """
    Draw the outline of a hill and group points on it.

    Parameters
    ----------
    _folder : Path
        Not used.

    Returns
    -------
    str
        The versions.

    Raises
    ------
    AssertionError
        If outline or groups are wrong.
    """
    import contourpy
    import numpy as np
    import sklearn
    from sklearn.cluster import DBSCAN

    x, y = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-2, 2, 41))
    lines: Any = contourpy.contour_generator(x, y, np.hypot(x, y)).lines(1.0)
    _require(len(lines) == 1 and bool(np.allclose(np.hypot(*lines[0].T), 1.0, atol=0.01)), "a circle of radius 1")
    groups = DBSCAN(eps=0.5, min_samples=2).fit_predict([[0, 0], [0, 0.1], [9, 9], [9, 9.1]])
    _require(groups.tolist() == [0, 0, 1, 1], "two groups")
    return f"contourpy {contourpy.__version__}, scikit-learn {sklearn.__version__}"


def check_server_driver(_folder: Path) -> str:
    """
    Ask for a database server where there is none.

    Parameters
    ----------
    _folder : Path
        Not used.

    Returns
    -------
    str
        Versions and the refusal.

    Raises
    ------
    PatrolmapError
        If there was an answer.
    """
    from patrolmap.office.self_check import check_driver

    return check_driver()


def check_batch(folder: Path) -> str:
    """
    Bring the sample's project through a step of a batch, in processes of their own that speak over the loopback device.

    Parameters
    ----------
    folder : Path
        With the sample's project.

    Returns
    -------
    str
        Versions.

    Raises
    ------
    AssertionError
        If the step failed.
    subprocess.TimeoutExpired
        If the processes do not find each other.
    """
    from patrolmap.services.batch import run_batch  # noqa: F401 - whether its libraries can be loaded

    file = folder / "batch.json"
    wanted = {"projects": ["sample.gpkg"], "steps": [["rings", "closure", "{project}"]], "out": "batch"}
    file.write_text(json.dumps(wanted), encoding="utf-8")
    # A process that can be ended: one that waits for another for ever would keep the other findings back.
    done = subprocess.run(
        [*own_program(), "batch", str(file), "--workers", "1", "--json"],
        capture_output=True,
        timeout=_BATCH_TIMEOUT_S,
        check=False,
        stdin=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    _require(done.returncode == 0, f"status {done.returncode}: {done.stderr.decode(errors='replace').strip()[-500:]}")
    return _versions("dask", "distributed", "msgpack", "psutil", "pyyaml", "tornado")


def own_program() -> list[str]:
    """
    Tell how to start this program once more.

    Returns
    -------
    list of str
        Words of a command.
    """
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "patrolmap"]


def _versions(*names: str) -> str:
    return ", ".join(f"{name} {version(name)}" for name in names)


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise AssertionError(what)
