"""How a district's sheets look: paper, head line, logo, mark, and the telephones of the duty office."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.model.edits import JSON

__all__ = [
    "LARGEST_LOGO",
    "PLAIN_TEMPLATE",
    "Orientation",
    "PaperSize",
    "SheetTemplate",
    "require_logo",
    "template_from",
    "template_json",
]

LARGEST_LOGO: Final = 512 * 1024
"""Most bytes of a logo: it is in every file that is written."""

_MOST_LETTERS: Final = 60
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_TEXTS: Final = ("office", "phones", "mark")


class PaperSize(StrEnum):
    """Paper that an office has."""

    A4 = "A4"
    A3 = "A3"


class Orientation(StrEnum):
    """Which way the paper is held."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


@dataclass(frozen=True)
class SheetTemplate:
    """
    How sheets look.

    Parameters
    ----------
    paper : PaperSize, default A4
        Size of the paper.
    orientation : Orientation, default portrait
        How it is held.
    office : str, default ""
        Head line: who issues the sheets; empty for the district's name.
    mark : str or None, default None
        Mark in its frame; None for "For internal use" in the language of the sheet, empty for no mark.
    phones : str, default ""
        Telephones of the duty office, as they are to be read; empty for none.
    logo : bytes, default b""
        A PNG or JPEG picture; empty for none.
    one_file : bool, default False
        Whether all teams' sheets go into one file instead of one each.
    """

    paper: PaperSize = PaperSize.A4
    orientation: Orientation = Orientation.PORTRAIT
    office: str = ""
    mark: str | None = None
    phones: str = ""
    logo: bytes = b""
    one_file: bool = False


PLAIN_TEMPLATE: Final = SheetTemplate()
"""A4 portrait, the district's name, the usual mark."""


def require_logo(data: bytes) -> bytes:
    """
    Check a picture for the head.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    bytes
        The same.

    Raises
    ------
    InputError
        If it is neither PNG nor JPEG, or larger than `LARGEST_LOGO`.
    """
    if data and not data.startswith(_PICTURES):
        raise InputError(N_("The logo is no picture."), remedy=N_("Choose a PNG or JPEG file."))
    if len(data) > LARGEST_LOGO:
        raise InputError(
            N_("The logo is too large: {size} kB."),
            why=N_("It is in every sheet that is written."),
            remedy=N_("Choose a picture of at most {most} kB."),
            size=len(data) // 1024,
            most=LARGEST_LOGO // 1024,
        )
    return data


def template_json(template: SheetTemplate) -> dict[str, JSON]:
    """
    Write a template down.

    Parameters
    ----------
    template : SheetTemplate
        The template.

    Returns
    -------
    dict of str to JSON
        For `template_from`.
    """
    return {
        "paper": template.paper.value,
        "orientation": template.orientation.value,
        "office": template.office,
        "mark": template.mark,
        "phones": template.phones,
        "logo": base64.b64encode(template.logo).decode("ascii"),
        "one_file": template.one_file,
    }


def template_from(document: Any) -> SheetTemplate:
    """
    Read a template.

    Parameters
    ----------
    document : Any
        An object of JSON; what is left out is as in `PLAIN_TEMPLATE`.

    Returns
    -------
    SheetTemplate
        The template.

    Raises
    ------
    InputError
        If it is no object, has a key that templates have not, or a value that does not fit.
    """
    known = template_json(PLAIN_TEMPLATE)
    if not isinstance(document, dict):
        raise _unfit("{}")
    for key in document:
        if key not in known:
            raise InputError(
                N_("Templates have no “{key}”."),
                remedy=N_("Use some of: {keys}."),
                key=str(key),
                keys=list(known),
            )
    said = {**known, **document}
    texts = {key: said[key] for key in _TEXTS if said[key] is not None or key != "mark"}
    for key, text in texts.items():
        if not isinstance(text, str) or len(text) > _MOST_LETTERS or not text.isprintable():
            raise _unfit(key)
    if not isinstance(said["one_file"], bool):
        raise _unfit("one_file")
    try:
        paper, orientation = PaperSize(said["paper"]), Orientation(said["orientation"])
        logo = base64.b64decode(said["logo"], validate=True)
    except (ValueError, TypeError, binascii.Error) as error:
        raise _unfit(f"paper, orientation, logo: {error}") from error
    return SheetTemplate(paper, orientation, logo=require_logo(logo), one_file=said["one_file"], **texts)


def _unfit(key: str) -> InputError:
    return InputError(
        N_("The template cannot be used: “{key}” does not fit."),
        why=N_("Texts have one line of at most {most} letters; paper is A4 or A3, orientation portrait or landscape."),
        remedy=N_("Mend it, or make the template in the window."),
        key=key,
        most=_MOST_LETTERS,
    )
