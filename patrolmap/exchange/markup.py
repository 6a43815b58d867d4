"""The one way to XML: every text is data, whatever it holds."""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

__all__ = ["Element", "child", "legal", "xml_bytes"]

_ILLEGAL: Final = re.compile("[^\\t\\n\\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """
    Leave out the characters that XML 1.0 forbids even as references.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Without control characters (tab and line ends stay) and lone surrogates.
    """
    return _ILLEGAL.sub("", text)


def child(parent: Element, tag: str, text: object = None, **attributes: object) -> Element:
    """
    Append an element.

    Parameters
    ----------
    parent : Element
        Where.
    tag : str
        Its name, from this program.
    text : object, optional
        Its text; escaped when it is written.
    **attributes : object
        Its attributes.

    Returns
    -------
    Element
        The new one.
    """
    made = SubElement(parent, tag, {name: legal(str(value)) for name, value in attributes.items()})
    if text is not None:
        made.text = legal(str(text))
    return made


def xml_bytes(root: Element, *, doctype: str = "") -> bytes:
    """
    Write a document.

    Parameters
    ----------
    root : Element
        Its root.
    doctype : str, default ""
        A document type declaration of this program's own.

    Returns
    -------
    bytes
        UTF-8, indented.
    """
    indent(root, " ")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' + (f"{doctype}\n" if doctype else "")
    body: str = tostring(root, encoding="unicode")
    return f"{head}{body}\n".encode()
