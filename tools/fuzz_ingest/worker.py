"""The worker: mutates, imports, keeps what reaches new lines of the import. Its parent watches it and may kill it."""

from __future__ import annotations

import ctypes
import json
import random
import resource
import shutil
import signal
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import PatrolmapError
from patrolmap.ingest.checking import check_rows_of
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.merging import merge
from patrolmap.ingest.networks import check_network
from patrolmap.ingest.places.files import read_notice
from patrolmap.ingest.readers import read_source
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from tests.ingest.corpus.cases import all_cases, make
from tools.fuzz_ingest.mutate import mutated

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

__all__ = ["fuzz"]

_SEEDS: Final = 260
_MOST_KEPT: Final = 3_000
_ADDRESS_BYTES: Final = 6 * 1024**3
_SET_PARENT_DEATH_SIGNAL: Final = 1
_ROOM: Final = "patrolmap/ingest/"
_LAYERS: Final = ("sites", "streets", "incidents", "teams", "grid_cells", "rings", "barriers", "boundary", "nodes")
_SYSTEMS: Final = ("auto", "auto", "auto", "wgs84", "gcj02", "bd09", "EPSG:4490", "EPSG:4547", "EPSG:4526")
_ENCODINGS: Final = ("auto", "auto", "auto", "utf-8", "gb18030", "big5", "utf-16")


@dataclass(frozen=True)
class Seed:
    """A file with its side files, and the layer it was made for."""

    name: str
    files: dict[str, bytes]
    layer: str


def fuzz(folder: Path, seed: int, until_s: float) -> None:
    """Mutate and import until a time of the wall clock; write each try before it is made, and findings that raise."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_BYTES, _ADDRESS_BYTES))
    warnings.simplefilter("ignore")
    rng = random.Random(seed)  # noqa: S311 - for files, not for secrets
    pool = _seeds(folder / "seeds", rng)
    reached: set[tuple[str, int]] = set()
    count = kept = 0
    while time.time() < until_s:
        source, other = rng.choice(pool), rng.choice(pool)
        trial = _mutated(source, other, rng)
        order = {"layer": source.layer if rng.random() < 0.8 else rng.choice(_LAYERS), "crs": rng.choice(_SYSTEMS),
                 "encoding": rng.choice(_ENCODINGS), "network": rng.random() < 0.03, "notice": rng.random() < 0.03}  # fmt: skip
        path = _write(folder / "try", trial, order)
        new = _lines_reached(path, order, reached, folder)
        count += 1
        if new and len(pool) < _MOST_KEPT:
            pool.append(trial)
            kept += 1
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        state = {
            "count": count,
            "kept": kept,
            "lines": len(reached),
            "peak_mb": peak_mb,
            "begun_s": time.process_time(),
        }
        (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
        if peak_mb > 1024:
            _keep(folder, "memory", f"{peak_mb} MB")
            return


def _seeds(folder: Path, rng: random.Random) -> list[Seed]:
    cases = [case for case in all_cases() if not case.damage and case.defect != "long_text"]
    pool = []
    for number, case in enumerate(rng.sample(cases, _SEEDS)):
        here = folder / str(number)
        made = make(case, here, rng.randrange(1000))
        pool.append(Seed(made.path.name, {file.name: file.read_bytes() for file in here.iterdir()}, made.layer))
        shutil.rmtree(here)
    return pool


def _mutated(source: Seed, other: Seed, rng: random.Random) -> Seed:
    files = dict(source.files)
    name = source.name if rng.random() < 0.6 else rng.choice(sorted(files))
    files[name] = mutated(files[name], rng.choice(list(other.files.values())), rng)
    return Seed(source.name, files, source.layer)


def _write(folder: Path, trial: Seed, order: dict[str, Any]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in trial.files.items():
        (folder / name).write_bytes(data)
    (folder / "order.json").write_text(json.dumps({**order, "file": trial.name}), encoding="utf-8")
    return folder / trial.name


def _lines_reached(path: Path, order: dict[str, Any], reached: set[tuple[str, int]], folder: Path) -> bool:
    before = len(reached)

    def lines(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            reached.add((frame.f_code.co_filename, frame.f_lineno))
        return lines

    def calls(frame: FrameType, _event: str, _argument: Any) -> Any:
        return lines if _ROOM in frame.f_code.co_filename else None

    sys.settrace(calls)
    try:
        import_once(path, order)
    except PatrolmapError:
        pass
    except BaseException as error:  # noqa: BLE001 - everything else is a finding
        sys.settrace(None)
        _keep(folder, type(error).__name__, "".join(traceback.format_exception(error)))
    finally:
        sys.settrace(None)
    return len(reached) > before


def import_once(path: Path, order: dict[str, Any]) -> None:
    """Import a file as the program does, up to the rows that would be written."""
    layer = order["layer"]
    if order["notice"]:
        read_notice(path, encoding=order["encoding"])
        return
    if order["network"]:
        parts = [read_source(path, Wanted(kind, encoding=order["encoding"])) for kind in ("nodes", "streets")]
        check_network(parts[0], parts[1], {}, order["crs"], SpatialFrame.around)
        return
    source = read_source(path, Wanted(layer, encoding=order["encoding"]))
    checked = check_rows_of(source, layer, {}, order["crs"], SpatialFrame.around)
    merge(empty_layer(layer, checked.frame.stored_crs), checked)


def _keep(folder: Path, kind: str, words: str) -> None:
    for number in range(1000):
        target = folder / "findings" / f"{kind}-{number}"
        if not target.exists():
            shutil.copytree(folder / "try", target)
            (target / "words.txt").write_text(words, encoding="utf-8")
            return
