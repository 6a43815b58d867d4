"""Changes to libraries that the frozen program cannot do without, each with its reason."""

from __future__ import annotations

from typing import Final

__all__ = ["MENDED", "mended"]

MENDED: Final = {
    # Dask looks ten times at Windows' clock, again and again until five looks agree. Under Wine, which offices with a
    # Linux on their desks use, that clock is as fine as the counter it is compared with, and no two looks ever agree.
    "distributed.metrics": (
        b"if WINDOWS and sys.version_info < (3, 13):",
        b"if WINDOWS and sys.version_info < (3, 13) and len({timemod.time() for _ in range(10)}) <= 2:",
    ),
}
"""By name of the module: what it says, and what it shall say."""


def mended(name: str, source: bytes) -> bytes:
    """
    Give a module's text with what is to be changed in it.

    Parameters
    ----------
    name : str
        Of the module.
    source : bytes
        Its text.

    Returns
    -------
    bytes
        The text as it was, for most.

    Raises
    ------
    ValueError
        If the text does not say once what is to be changed: then its makers changed it, and somebody has to look.
    """
    if name not in MENDED:
        return source
    old, new = MENDED[name]
    if source.count(old) != 1:
        raise ValueError(f"{name} does not say any more: {old.decode()}")
    return source.replace(old, new)
