"""Street networks as a table of junctions and a table of streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.ingest.corpus.cells import Sheet
from tests.ingest.corpus.judge import Made
from tests.ingest.corpus.tables import write_book, write_text
from tests.ingest.corpus.truth import SYSTEMS, in_system, spots

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.ingest.corpus.cases import Case

__all__ = ["NETWORK_DEFECTS", "write_network"]

NETWORK_DEFECTS: Final = ("none", "unknown_end", "loop", "blank_end", "text_ids", "padded_ids", "blank_rows")
_ROWS: Final = 20


def write_network(case: Case, folder: Path, rng: random.Random) -> Made:
    """Write a ring of junctions and streets; every street is a straight line from one to the next."""
    places = spots(_ROWS, rng, traditional=case.encoding == "big5")
    lonlat = np.array([[place.lon, place.lat] for place in places])
    xy = in_system(lonlat, case.system)
    ids: list[Any] = [f"J{n}" if case.defect == "text_ids" else n + 1 for n in range(_ROWS)]
    nodes = [[one, float(x), float(y)] for one, (x, y) in zip(ids, xy, strict=True)]
    edges = [[ids[n], ids[(n + 1) % _ROWS], f"street {n}"] for n in range(_ROWS)]
    lost = {"unknown_end": [[ids[0], "Z99", "x"]], "loop": [[ids[3], ids[3], "x"]], "blank_end": [[ids[3], "", "x"]]}
    bad = lost.get(case.defect, [])
    if case.defect == "padded_ids":
        edges = [[f"{start:04d}", f"{end:04d}", name] for start, end, name in edges]
    if case.defect == "blank_rows":
        nodes.insert(4, ["", "", ""])
        edges.insert(7, ["", "", ""])
    for name, head, rows in (("nodes", ["id", "x", "y"], nodes), ("edges", ["from", "to", "name"], [*edges, *bad])):
        sheet, path = Sheet(head, rows, []), folder / f"{name}{case.suffix}"
        if case.suffix == ".csv":
            write_text(sheet, path, case.encoding)
        else:
            write_book(sheet, path)
    expected = {f"street {n}": lonlat[[n, (n + 1) % _ROWS]] for n in range(_ROWS)}
    return Made(
        folder / f"nodes{case.suffix}",
        "streets",
        expected,
        len(bad),
        SYSTEMS[case.system].told,
        edges=folder / f"edges{case.suffix}",
    )
