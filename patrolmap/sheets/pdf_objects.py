"""The objects of a PDF that `QPdfWriter` wrote: taken apart, put together again, several files one behind the other.

Qt writes plain objects and one table of their places, never packed objects or updates: a general reader takes ten times
as long to put two files together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PdfObjects", "joined", "read_objects", "written"]

_HEADER: Final = b"%PDF-1.4\n%\xc3\xa2\xc3\xa3\n"
_REFERENCE: Final = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_PARENT: Final = re.compile(rb"/Parent \d+ 0 R")
_KIDS: Final = re.compile(rb"/Kids\s*\[(.*?)\]", re.DOTALL)
_COUNT: Final = re.compile(rb"/Count \d+")
_STREAM: Final = b">>\nstream\n"
_PLACE_BYTES: Final = 20


@dataclass
class PdfObjects:
    """
    A file taken apart.

    Parameters
    ----------
    bodies : dict of int to bytes
        What stands between ``obj`` and ``endobj``, by number from 1.
    root, info : int
        Numbers of the catalogue and of the properties.
    identity : bytes
        Both halves of the file's ID, as they are written.
    """

    bodies: dict[int, bytes]
    root: int
    info: int
    identity: bytes = field(repr=False)

    @property
    def page_tree(self) -> int:
        """Number of the list of pages."""
        return self.named(self.root, b"Pages")

    def named(self, number: int, key: bytes) -> int:
        """
        Follow a reference of a dictionary.

        Parameters
        ----------
        number : int
            The dictionary.
        key : bytes
            Its key, without the stroke.

        Returns
        -------
        int
            What it refers to.

        Raises
        ------
        ValueError
            If the dictionary has no such reference.
        """
        found = re.search(rb"/" + key + rb"\s+(\d+) 0 R", self.bodies[number].partition(_STREAM)[0])
        if found is None:
            raise ValueError(key.decode("ascii"))
        return int(found[1])

    def add(self, body: bytes) -> int:
        """
        Add an object.

        Parameters
        ----------
        body : bytes
            What stands between ``obj`` and ``endobj``.

        Returns
        -------
        int
            Its number.
        """
        number = max(self.bodies) + 1
        self.bodies[number] = body
        return number


def read_objects(data: bytes) -> PdfObjects:
    """
    Take a file apart.

    Parameters
    ----------
    data : bytes
        A whole file, from `PySide6.QtGui.QPdfWriter` or from `written`.

    Returns
    -------
    PdfObjects
        Its objects.

    Raises
    ------
    ValueError
        If it is no such file.
    """
    start = int(data[data.rindex(b"startxref") + len(b"startxref") :].split()[0])
    head, _, trailer = data[start:].partition(b"trailer")
    lines = head.split(b"\n", 2)
    count = int(lines[1].split()[1])
    places = [int(lines[2][number * _PLACE_BYTES : number * _PLACE_BYTES + 10]) for number in range(1, count)]
    ends = dict(zip(sorted(places), [*sorted(places)[1:], start], strict=True))
    bodies = {}
    for number, place in enumerate(places, start=1):
        body = data[place : ends[place]]
        opening, closing = b"%d 0 obj\n" % number, body.rindex(b"\nendobj")
        if not body.startswith(opening):
            raise ValueError(number)
        bodies[number] = body[len(opening) : closing]
    identity = re.search(rb"/ID\s*(\[.*?\])", trailer, re.DOTALL)
    found = {key: re.search(rb"/" + key + rb" (\d+) 0 R", trailer) for key in (b"Root", b"Info")}
    root, info = found[b"Root"], found[b"Info"]
    if identity is None or root is None or info is None:
        raise ValueError(trailer)
    return PdfObjects(bodies, int(root[1]), int(info[1]), identity[1])


def written(objects: PdfObjects) -> bytes:
    """
    Put a file together.

    Parameters
    ----------
    objects : PdfObjects
        Its objects.

    Returns
    -------
    bytes
        The whole file.
    """
    pieces, place = [_HEADER], len(_HEADER)
    table = [b"0000000000 65535 f \n"]
    for number in range(1, max(objects.bodies) + 1):
        body = objects.bodies.get(number)
        if body is None:
            table.append(b"0000000000 65535 f \n")
            continue
        table.append(b"%010d 00000 n \n" % place)
        pieces.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        place += len(pieces[-1])
    ends = (len(table), objects.info, objects.root, objects.identity, place)
    pieces += [b"xref\n0 %d\n" % len(table), *table]
    pieces.append(b"trailer\n<<\n/Size %d\n/Info %d 0 R\n/Root %d 0 R\n/ID %s\n>>\nstartxref\n%d\n%%%%EOF\n" % ends)
    return b"".join(pieces)


def joined(parts: Sequence[PdfObjects]) -> PdfObjects:
    """
    Put the pages of several files one behind the other.

    Parameters
    ----------
    parts : sequence of PdfObjects
        At least one.

    Returns
    -------
    PdfObjects
        With catalogue, properties and identity of the first. Each part brings the letters that it uses: some tens of
        kilobytes that the others may bring too.
    """
    first = parts[0]
    whole = PdfObjects(dict(first.bodies), first.root, first.info, first.identity)
    kids = [_kids(first)]
    for part in parts[1:]:
        more = max(whole.bodies)
        kids.append(_moved(_kids(part), more))
        about_the_file = {int(found) for found in _REFERENCE.findall(part.bodies[part.root])}
        for number in part.bodies.keys() - about_the_file - {part.root, part.info}:
            head, stream, rest = part.bodies[number].partition(_STREAM)
            head = _moved(head, more)
            if b"/Type /Page\n" in head:
                head = _PARENT.sub(b"/Parent %d 0 R" % first.page_tree, head)
            whole.bodies[number + more] = head + stream + rest
    listed = b"\n".join(kids)
    body = _KIDS.sub(b"/Kids\n[\n%s\n]" % listed, whole.bodies[first.page_tree])
    whole.bodies[first.page_tree] = _COUNT.sub(b"/Count %d" % len(_REFERENCE.findall(listed)), body)
    return whole


def _kids(objects: PdfObjects) -> bytes:
    found = _KIDS.search(objects.bodies[objects.page_tree])
    if found is None:
        raise ValueError(objects.page_tree)
    return found[1].strip()


def _moved(head: bytes, more: int) -> bytes:
    return _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + more), head)
