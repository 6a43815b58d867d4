"""A document as blocks with numbers, apart from the file it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from patrolmap.i18n import current_language, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Block",
    "DocumentBuilder",
    "Figure",
    "Heading",
    "Paragraph",
    "ReportDocument",
    "TableBlock",
    "begins_page",
    "caption_line",
]

_FEW: Final = 3
_NUMERALS: Final = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Heading:
    """
    The head of a chapter or a section.

    Parameters
    ----------
    number : str
        Such as ``2`` or ``2.1``, in Chinese ``二、`` and ``（一）``.
    text : str
        Its words.
    level : int
        1 or 2. A chapter begins on a new page, unless much of the last one is left.
    """

    number: str
    text: str
    level: int

    @property
    def line(self) -> str:
        """Number and words."""
        return f"{self.number}{self.text}" if self.number.endswith(("、", "）")) else f"{self.number}  {self.text}"


@dataclass(frozen=True)
class Paragraph:
    """
    A paragraph.

    Parameters
    ----------
    text : str
        Its words.
    is_note : bool, default False
        Whether it is set small.
    """

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class TableBlock:
    """
    A table with its caption above.

    Parameters
    ----------
    number : int
        Counted through the document; 0 without a caption.
    caption : str
        What it shows.
    head : tuple of str
        Heads of the columns.
    rows : tuple of tuple of str
        Cells as they are read.
    widths : tuple of float
        Widths of the columns, in shares of each other.
    numeric : frozenset of int
        Columns that stand to the right.
    """

    number: int
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Figure:
    """
    A picture with its caption below.

    Parameters
    ----------
    number : int
        Counted through the document.
    caption : str
        What it shows.
    picture : Any
        A chart of `patrolmap.model.charts`, or a map that the painters know.
    width_mm, height_mm : float
        Its size on the page.
    """

    number: int
    caption: str
    picture: Any
    width_mm: float
    height_mm: float


Block: TypeAlias = Heading | Paragraph | TableBlock | Figure


@dataclass(frozen=True, eq=False)
class ReportDocument:
    """
    A whole document.

    Parameters
    ----------
    title : str
        On the first page and in the properties.
    cover_lines : tuple of str
        Below the title.
    header : str
        On every page.
    mark : str
        In the foot of every page.
    language : str
        ``zh`` or ``en``.
    blocks : tuple of Block
        In order.
    has_contents : bool
        Whether a table of contents follows the cover lines.
    """

    title: str
    cover_lines: tuple[str, ...]
    header: str
    mark: str
    language: str
    blocks: tuple[Block, ...]
    has_contents: bool = True

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))


@dataclass
class DocumentBuilder:
    """
    Collects blocks and numbers them.

    Parameters
    ----------
    blocks : list of Block
        So far.
    """

    blocks: list[Block] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=dict)

    def chapter(self, text: str) -> None:
        """
        Begin a chapter.

        Parameters
        ----------
        text : str
            Its head.
        """
        number = self._next("chapter")
        self._counts["section"] = 0
        written = f"{_chinese(number)}、" if current_language() == "zh" else str(number)
        self.blocks.append(Heading(written, text, 1))

    def section(self, text: str) -> None:
        """
        Begin a section.

        Parameters
        ----------
        text : str
            Its head.
        """
        number = self._next("section")
        chapter = self._counts.get("chapter", 0)
        written = f"（{_chinese(number)}）" if current_language() == "zh" else f"{chapter}.{number}"
        self.blocks.append(Heading(written, text, 2))

    def say(self, *texts: str) -> None:
        """
        Add a paragraph.

        Parameters
        ----------
        *texts : str
            Its sentences; empty ones are left out.
        """
        kept = [text for text in texts if text]
        if kept:
            self.blocks.append(Paragraph(("" if current_language() == "zh" else " ").join(kept)))

    def note(self, text: str) -> None:
        """
        Add a paragraph in small type.

        Parameters
        ----------
        text : str
            Its words.
        """
        self.blocks.append(Paragraph(text, is_note=True))

    def table(
        self,
        caption: str,
        head: tuple[str, ...],
        rows: Sequence[tuple[str, ...]],
        *,
        widths: tuple[float, ...] = (),
        numeric: tuple[int, ...] = (),
    ) -> None:
        """
        Add a table; nothing without rows.

        Parameters
        ----------
        caption : str
            What it shows.
        head : tuple of str
            Heads of the columns.
        rows : sequence of tuple of str
            Cells.
        widths : tuple of float, default ()
            Widths in shares of each other; empty for equal ones.
        numeric : tuple of int, default ()
            Columns that stand to the right.
        """
        if rows:
            shares = widths or (1.0,) * len(head)
            self.blocks.append(TableBlock(self._next("table"), caption, head, tuple(rows), shares, frozenset(numeric)))

    def figure(self, caption: str, picture: Any, *, width_mm: float = 160.0, height_mm: float = 80.0) -> None:
        """
        Add a figure.

        Parameters
        ----------
        caption : str
            What it shows.
        picture : Any
            As in `Figure`.
        width_mm, height_mm : float
            Its size.
        """
        self.blocks.append(Figure(self._next("figure"), caption, picture, width_mm, height_mm))

    def _next(self, what: str) -> int:
        self._counts[what] = self._counts.get(what, 0) + 1
        return self._counts[what]


def begins_page(document: ReportDocument, place: int) -> bool:
    """
    Tell whether a heading begins a new page.

    Parameters
    ----------
    document : ReportDocument
        The report.
    place : int
        Position of the heading in its blocks.

    Returns
    -------
    bool
        True for chapters, but not after one of a few words: a page with one sentence is a wasted page.
    """
    block = document.blocks[place]
    if not isinstance(block, Heading) or block.level != 1:
        return False
    before = [(at, one) for at, one in enumerate(document.blocks[:place]) if isinstance(one, Heading)]
    if not before:
        return place > 0 or document.has_contents
    at, heading = before[-1]
    chapter = document.blocks[at + 1 : place]
    return heading.level != 1 or len(chapter) > _FEW or not all(isinstance(one, Paragraph) for one in chapter)


def caption_line(block: TableBlock | Figure) -> str:
    """
    Write a caption with its number.

    Parameters
    ----------
    block : TableBlock or Figure
        A numbered block.

    Returns
    -------
    str
        In the current language.
    """
    label = (
        tr("Table {number}", number=block.number)
        if isinstance(block, TableBlock)
        else tr("Figure {number}", number=block.number)
    )
    return f"{label}  {block.caption}"


def _chinese(number: int) -> str:
    if number <= 10:
        return _NUMERALS[number]
    return ("" if number < 20 else _NUMERALS[number // 10]) + "十" + (_NUMERALS[number % 10] if number % 10 else "")
