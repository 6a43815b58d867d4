"""XML without surprises: a document that declares entities, or a document type at all, is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn
from xml.parsers import expat

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from typing import IO

__all__ = ["refuse_entities"]

_PROLOG_BYTES: Final = 1024**2
_CHUNK_BYTES: Final = 4096


class _RootReachedError(Exception):
    """The first element was reached: no declaration can follow."""


def refuse_entities(stream: IO[bytes], name: str) -> None:
    """
    Read the start of an XML document, up to its first element, and refuse a document type declaration.

    Entities can only be declared there; without one nothing can expand or be fetched.

    Parameters
    ----------
    stream : IO of bytes
        At the start of the document; read as far as needed.
    name : str
        File name, for messages.

    Raises
    ------
    InputError
        If the document has a document type declaration, is no XML, or has no element in its first megabyte.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _doctype_refuser(name)
    parser.StartElementHandler = _on_root
    seen = 0
    try:
        while seen < _PROLOG_BYTES:
            chunk = stream.read(_CHUNK_BYTES)
            parser.Parse(chunk, not chunk)
            seen += len(chunk)
    except _RootReachedError:
        return
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter for encodings that expat does not know
        raise _damaged(name, str(error)) from error
    raise _damaged(name, "no element")


def _doctype_refuser(name: str) -> Any:
    def refuse(*_declaration: object) -> NoReturn:
        raise InputError(
            N_("“{name}” is refused."),
            why=N_("It is XML with a document type declaration, which honest data does not need and attacks use."),
            remedy=N_("Get the file from a source you trust, or export it again."),
            name=name,
        )

    return refuse


def _on_root(*_element: object) -> NoReturn:
    raise _RootReachedError


def _damaged(name: str, detail: str) -> InputError:
    return InputError(
        N_("“{name}” cannot be read as {kind}."),
        why=N_("The file is damaged, cut off, or not what its name says ({detail})."),
        remedy=N_("Open it in the program it came from and save it again."),
        name=name,
        kind="XML",
        detail=detail,
    )
