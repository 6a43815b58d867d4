"""Geometry as a GeoPackage stores it: a short header, then well-known binary.

OGC 12-128r18 (GeoPackage 1.4), clause 2.1.3. Written: version 0, little-endian, with an xy envelope except for points
and empty geometries. Read: every standard header.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["body_of", "decode", "encode"]

_MAGIC: Final = b"GP"
_LITTLE_ENDIAN: Final = 1
_XY_ENVELOPE: Final = 1 << 1
_EMPTY: Final = 1 << 4
_POINT_TYPE: Final = 0
_HEADER_BYTES: Final = (8, 40, 56, 56, 72)


def encode(geometries: NDArray[np.object_], srs_id: int) -> list[bytes | None]:
    """
    Write geometries as GeoPackage blobs.

    Parameters
    ----------
    geometries : array of shapely.Geometry, shape (n,)
        Z and M are left out; None stays None.
    srs_id : int
        As in ``gpkg_spatial_ref_sys``.

    Returns
    -------
    list of bytes or None
        One blob for each geometry.
    """
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    bodies = shapely.to_wkb(flat, byte_order=1, flavor="iso")
    bounds = shapely.bounds(flat)[:, [0, 2, 1, 3]].astype("<f8")
    empty = shapely.is_empty(flat)
    bare = empty | (shapely.get_type_id(flat) == _POINT_TYPE)
    long_head = _MAGIC + struct.pack("<BBi", 0, _LITTLE_ENDIAN | _XY_ENVELOPE, srs_id)
    point_head = _MAGIC + struct.pack("<BBi", 0, _LITTLE_ENDIAN, srs_id)
    empty_head = _MAGIC + struct.pack("<BBi", 0, _LITTLE_ENDIAN | _EMPTY, srs_id)
    envelopes = bounds.tobytes()
    blobs: list[bytes | None] = []
    for place, (body, is_bare, is_empty) in enumerate(zip(bodies, bare.tolist(), empty.tolist(), strict=True)):
        if body is None:
            blobs.append(None)
        elif is_bare:
            blobs.append((empty_head if is_empty else point_head) + body)
        else:
            blobs.append(long_head + envelopes[place * 32 : place * 32 + 32] + body)
    return blobs


def decode(blobs: Sequence[bytes | None]) -> NDArray[np.object_]:
    """
    Read geometries from GeoPackage blobs.

    Parameters
    ----------
    blobs : sequence of bytes or None
        As stored.

    Returns
    -------
    array of shapely.Geometry, shape (n,)
        None where the blob is None.

    Raises
    ------
    ValueError
        If a blob is no standard GeoPackage geometry.
    """
    bodies = np.empty(len(blobs), dtype=object)
    bodies[:] = [None if blob is None else body_of(blob) for blob in blobs]
    try:
        read: NDArray[np.object_] = shapely.from_wkb(bodies)
    except shapely.errors.GEOSException as error:
        raise ValueError(str(error)) from error
    return read


def body_of(blob: object) -> bytes:
    """
    Take the header off.

    Parameters
    ----------
    blob : object
        As stored; SQLite may hold anything there.

    Returns
    -------
    bytes
        Well-known binary.

    Raises
    ------
    ValueError
        If it is no standard GeoPackage geometry.
    """
    if not (isinstance(blob, bytes) and len(blob) > 8 and blob[:2] == _MAGIC):
        raise ValueError("not a GeoPackage geometry")
    code = blob[3] >> 1 & 0b111
    if code >= len(_HEADER_BYTES):
        raise ValueError("not a GeoPackage geometry")
    return blob[_HEADER_BYTES[code] :]
