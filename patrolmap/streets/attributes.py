"""From the columns of a street layer to what the graph needs: one-way, level, class, in one vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.streets.network import EDGE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["normal_attributes", "normal_oneway"]

_FORWARD: Final = frozenset({"yes", "true", "1", "1.0", "+1", "f", "ft", "forward"})
_BACKWARD: Final = frozenset({"-1", "-1.0", "reverse", "t", "tf", "backward"})
_BOTH: Final = frozenset({"", "no", "false", "0", "0.0", "b", "n", "reversible", "alternating", "both"})
_ROUNDABOUT: Final = frozenset({"roundabout", "circular"})
_NO: Final = frozenset({"", "no", "false", "0", "0.0", "nan", "none", "<na>"})


def normal_oneway(streets: pd.DataFrame) -> tuple[NDArray[np.int8], int]:
    """
    Read the direction of each street.

    Parameters
    ----------
    streets : pandas.DataFrame
        With ``oneway`` as OpenStreetMap (``yes``, ``-1``, ``no``), Geofabrik (``F``, ``T``, ``B``) or Esri (``FT``,
        ``TF``) write it, and ``junction`` and ``highway``; any may be missing. Roundabouts and motorways are one-way
        unless they say otherwise.

    Returns
    -------
    oneway : numpy.ndarray of int8
        0 both ways, 1 as drawn, -1 against.
    unknown : int
        How many values were not understood; they count as both ways.
    """
    words = _words(streets, "oneway")
    known = _among(words, _FORWARD | _BACKWARD | _BOTH)
    result = _among(words, _FORWARD).astype(np.int8) - _among(words, _BACKWARD).astype(np.int8)
    implied = _among(_words(streets, "junction"), _ROUNDABOUT) | (_words(streets, "highway") == "motorway")
    result[implied & (words == "")] = 1
    return result.astype(np.int8), int((~known).sum())


def normal_attributes(streets: pd.DataFrame) -> pd.DataFrame:
    """
    Bring the columns of a street layer into those of the graph's edges.

    Parameters
    ----------
    streets : pandas.DataFrame
        Columns of the layer ``streets``; any may be missing. Its index is kept as ``street_fid``.

    Returns
    -------
    pandas.DataFrame
        Columns `EDGE_COLUMNS`, one row a street. ``level`` is 1 for a bridge and -1 for a tunnel that give none.
    """
    import pandas as pd

    bridge, tunnel = (~_among(_words(streets, column), _NO) for column in ("bridge", "tunnel"))
    level = _numbers(streets, "level")
    level = np.where(np.isfinite(level), level, 0.0)
    level = np.where(level != 0, level, bridge.astype(np.float64) - (tunnel & ~bridge))
    return pd.DataFrame(
        {
            "name": _texts(streets, "name"),
            "ref": _texts(streets, "ref"),
            "highway": _words(streets, "highway"),
            "level": np.rint(level).astype(np.int64),
            "bridge": bridge,
            "tunnel": tunnel,
            "roundabout": _among(_words(streets, "junction"), _ROUNDABOUT),
            "maxspeed_kph": _numbers(streets, "maxspeed_kph"),
            "access": _words(streets, "access"),
            "street_fid": streets.index.to_numpy(),
            "travel_s": _numbers(streets, "travel_s"),
        },
        columns=list(EDGE_COLUMNS),
    )


def _among(words: NDArray[np.object_], wanted: frozenset[str]) -> NDArray[np.bool_]:
    import pandas as pd

    found: NDArray[np.bool_] = pd.Series(words, dtype=object).isin(wanted).to_numpy(dtype=bool)
    return found


def _texts(streets: pd.DataFrame, column: str) -> NDArray[np.object_]:
    if column not in streets.columns:
        return np.full(len(streets), "", dtype=object)
    values = streets[column]
    texts = values.astype(object).where(values.notna(), "").map(lambda value: str(value).strip())
    result: NDArray[np.object_] = texts.to_numpy(dtype=object)
    return result


def _words(streets: pd.DataFrame, column: str) -> NDArray[np.object_]:
    lowered = [text.lower() for text in _texts(streets, column)]
    return np.array(lowered, dtype=object) if lowered else np.empty(0, dtype=object)


def _numbers(streets: pd.DataFrame, column: str) -> NDArray[np.float64]:
    import pandas as pd

    if column not in streets.columns:
        return np.full(len(streets), np.nan)
    numbers = pd.to_numeric(streets[column], errors="coerce")
    result: NDArray[np.float64] = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    return result
