"""Files cut off, mixed up or replaced after they were made: nothing wrong may be taken from them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.ingest.corpus.judge import Made

__all__ = ["DAMAGES", "damaged"]


def _cut(share: float) -> Callable[[bytes, random.Random], bytes]:
    return lambda data, _rng: data[: int(len(data) * share)]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(4):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def _zeroed(data: bytes, _rng: random.Random) -> bytes:
    return data[: len(data) // 2] + bytes(len(data) - len(data) // 2)


def _garbage(data: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(len(data))


def _garbage_before(data: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(64) + data


def _garbage_after(data: bytes, rng: random.Random) -> bytes:
    return data + rng.randbytes(64)


def _twice(data: bytes, _rng: random.Random) -> bytes:
    return data + data


DAMAGES: Final[dict[str, Callable[[bytes, random.Random], bytes]]] = {
    "empty": lambda _data, _rng: b"",
    "blanks": lambda _data, _rng: b" \r\n" * 40,
    "one_byte": lambda data, _rng: data[:1],
    "cut_5": _cut(0.05),
    "cut_30": _cut(0.3),
    "cut_70": _cut(0.7),
    "cut_99": _cut(0.99),
    "flipped": _flipped,
    "zeroed": _zeroed,
    "garbage": _garbage,
    "garbage_before": _garbage_before,
    "garbage_after": _garbage_after,
    "twice": _twice,
    "renamed_csv": lambda data, _rng: data,
    "renamed_shp": lambda data, _rng: data,
    "renamed_xlsx": lambda data, _rng: data,
    "renamed_none": lambda data, _rng: data,
}
"""Damages by name."""

_MUST_REFUSE: Final = frozenset({"empty", "blanks", "one_byte", "garbage"})
_SILENT: Final = frozenset({"flipped", "zeroed", "garbage_before", "garbage_after", "twice"})


def damaged(made: Made, damage: str, rng: random.Random) -> Made:
    """Damage the file of a case; what may come of it then is less."""
    path = made.path
    data = DAMAGES[damage](path.read_bytes(), rng)
    path.write_bytes(data)
    if damage.startswith("renamed_"):
        suffix = damage.removeprefix("renamed_")
        path = path.rename(path.with_name("renamed" if suffix == "none" else f"renamed.{suffix}"))
        # Side files of a Shapefile keep the old name: without them the names are lost and only a refusal is left.
        alone = made.path.suffix == ".shp"
        return replace(made, path=path, may_refuse=alone or suffix == "shp", lost=None, may_garble=alone)
    if damage in _MUST_REFUSE:
        return replace(made, must_refuse=True)
    # A flipped bit in a number is another number: nothing but the kind of the outcome can be judged.
    judged_by_rows = damage not in _SILENT
    return replace(made, may_refuse=True, may_lose=True, lost=None, may_garble=True, unjudged=not judged_by_rows)
