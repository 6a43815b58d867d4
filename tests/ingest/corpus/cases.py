"""The list of the corpus: which file has which format, encoding, coordinate system and defect."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.ingest.corpus.cells import (
    BOOKS_ONLY,
    CELL_DEFECTS,
    DEGREES_ONLY,
    METRIC_ONLY,
    NOT_BIG5,
    TEXT_ONLY,
    make_sheet,
)
from tests.ingest.corpus.damage import DAMAGES, damaged
from tests.ingest.corpus.judge import Made
from tests.ingest.corpus.layers import LAYER_DEFECTS, LAYER_FORMATS, write_layer_case
from tests.ingest.corpus.moments import MOMENTS, write_moments
from tests.ingest.corpus.networks import NETWORK_DEFECTS, write_network
from tests.ingest.corpus.tables import write_book, write_text
from tests.ingest.corpus.truth import SYSTEMS, spots

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Case", "all_cases", "make"]

ENCODINGS: Final = ("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16")
_TEXTS: Final = (".csv", ".tsv")
_BOOKS: Final = (".xlsx", ".xls")
_ROWS: Final = 24


@dataclass(frozen=True)
class Case:
    """
    One file of the corpus.

    Parameters
    ----------
    kind : str
        Which maker writes it: ``table``, ``layer``, ``moments`` or ``network``.
    suffix : str
        The format.
    encoding, system, defect : str
        What is in it and what is wrong with it.
    damage : str
        What was done to its bytes afterwards.
    """

    kind: str
    suffix: str
    encoding: str
    system: str
    defect: str
    damage: str = ""

    @property
    def title(self) -> str:
        """A name that says it all."""
        parts = (self.kind, self.suffix.strip("."), self.encoding, self.system, self.defect, self.damage)
        return "-".join(part for part in parts if part)


def all_cases() -> list[Case]:
    """List the corpus, always in the same order."""
    return [*_table_cases(), *_layer_cases(), *_moment_cases(), *_network_cases(), *_damaged_cases()]


def make(case: Case, folder: Path, seed: int = 1) -> Made:
    """Write the file of a case into a folder, with its truth."""
    rng = random.Random(zlib.crc32(f"{seed} {case.title}".encode()))  # noqa: S311 - for files, not for secrets
    folder.mkdir(parents=True, exist_ok=True)
    makers = {"table": _make_table, "layer": write_layer_case, "moments": write_moments, "network": write_network}
    made = makers[case.kind](case, folder, rng)
    return damaged(made, case.damage, rng) if case.damage else made


def _make_table(case: Case, folder: Path, rng: random.Random) -> Made:
    old = case.encoding == "big5"
    sheet = make_sheet(spots(_ROWS, rng, traditional=old), case.system, traditional=old)
    sheet = CELL_DEFECTS[case.defect](sheet, rng)
    path = folder / f"点位{case.suffix}"
    if case.suffix in _TEXTS:
        write_text(sheet, path, case.encoding)
    else:
        write_book(sheet, path)
    expected = {spot.name: np.array([[spot.lon, spot.lat]]) for spot in sheet.expected}
    return Made(path, "sites", expected, sheet.lost, SYSTEMS[case.system].told, may_refuse=sheet.may_refuse)


def _fits(defect: str, suffix: str, system: str) -> bool:
    is_metric = SYSTEMS[system].is_metric
    return not (
        (defect in DEGREES_ONLY and is_metric)
        or (defect in METRIC_ONLY and not is_metric)
        or (defect in TEXT_ONLY and suffix in _BOOKS)
        or (defect in BOOKS_ONLY and suffix in _TEXTS)
    )


def _table_cases() -> list[Case]:
    """Every defect in every format and system; encodings in turn, and all of them without a defect."""
    cases = []
    for number, defect in enumerate(CELL_DEFECTS):
        for place, system in enumerate(SYSTEMS):
            for suffix in (*_TEXTS, *_BOOKS):
                if not _fits(defect, suffix, system):
                    continue
                turn = ENCODINGS[(number + place + (suffix == ".tsv") * 2) % len(ENCODINGS)]
                turn = "gb18030" if turn == "big5" and defect in NOT_BIG5 else turn
                chosen = ENCODINGS if defect in {"none", "blank_rows"} else (turn,)
                cases += [
                    Case("table", suffix, encoding, system, defect)
                    for encoding in (chosen if suffix in _TEXTS else ("unicode",))
                ]
    return cases


def _layer_cases() -> list[Case]:
    return [
        Case("layer", form.suffix, encoding, system, defect)
        for form in LAYER_FORMATS
        for encoding in form.encodings
        for system in form.systems
        for defect in LAYER_DEFECTS
        if form.can(defect, encoding, system)
    ]


def _moment_cases() -> list[Case]:
    return [
        Case("moments", suffix, "gb18030" if suffix in _TEXTS else "unicode", "wgs84", style)
        for style in MOMENTS
        for suffix in (*_TEXTS, *_BOOKS)
    ]


def _network_cases() -> list[Case]:
    return [
        Case("network", suffix, "gb18030" if suffix == ".csv" else "unicode", system, defect)
        for defect in NETWORK_DEFECTS
        for system in SYSTEMS
        for suffix in (".csv", *_BOOKS)
    ]


def _damaged_cases() -> list[Case]:
    whole = [Case("table", suffix, "utf-8", "wgs84", "none") for suffix in (*_TEXTS, *_BOOKS)]
    whole += [
        Case("layer", form.suffix, form.encodings[0], system, "none")
        for form in LAYER_FORMATS
        for system in form.systems[:2]
    ]
    return [Case(c.kind, c.suffix, c.encoding, c.system, c.defect, damage) for c in whole for damage in DAMAGES]
