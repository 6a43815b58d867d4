"""Fields and bookmarks of Office Open XML (ECMA-376, part 1, 17.16), which python-docx has no words for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

__all__ = ["add_bookmark", "add_field", "add_link", "begin_field", "end_field"]


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """
    Add a field with what it shows before anybody updates it.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        Where.
    instruction : str
        Such as ``PAGE``.
    shown : str
        Its result for now.
    """
    begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Paragraph, instruction: str) -> None:
    """
    Open a field, whose result may go on over several paragraphs.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        Where.
    instruction : str
        Such as ``TOC``.
    """
    _mark(paragraph, "begin")
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {instruction} "
    paragraph.add_run()._r.append(text)  # noqa: SLF001 - python-docx's own way to its XML
    _mark(paragraph, "separate")


def end_field(paragraph: Paragraph) -> None:
    """
    Close a field.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        Where its result ends.
    """
    _mark(paragraph, "end")


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """
    Put a bookmark around the words of a paragraph.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        The paragraph, with its words.
    name : str
        Name to refer to.
    number : int
        Unique in the document.
    """
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    runs = paragraph._p.findall(qn("w:r"))  # noqa: SLF001 - python-docx's own way to its XML
    runs[0].addprevious(start)
    runs[-1].addnext(end)


def add_link(paragraph: Paragraph, bookmark: str, text: str, page: str) -> None:
    """
    Add an entry of a table of contents: words, a tab and the page, all linked to a bookmark.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        Where.
    bookmark : str
        What it leads to.
    text : str
        The words.
    page : str
        The page before anybody updates it.
    """
    paragraph.add_run(text)
    paragraph.add_run("\t")
    add_field(paragraph, f"PAGEREF {bookmark} \\h", page)
    link: Any = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    body = paragraph._p  # noqa: SLF001 - python-docx's own way to its XML
    runs = body.findall(qn("w:r"))
    begun = [
        run for run in runs if run.find(qn("w:instrText")) is not None and "TOC" in run.find(qn("w:instrText")).text
    ]
    first = 3 if begun else 0  # the marks that open the whole table stay outside of its first entry
    for run in runs[first:]:
        link.append(run)
    body.append(link)


def _mark(paragraph: Paragraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)  # noqa: SLF001 - python-docx's own way to its XML
