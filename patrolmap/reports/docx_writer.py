"""A document to Word: headings, captions and contents that Word itself can renumber and update."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from patrolmap.i18n import tr
from patrolmap.reports.document import Figure, Heading, Paragraph, TableBlock, begins_page
from patrolmap.reports.docx_fields import add_bookmark, add_field, add_link, begin_field, end_field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from patrolmap.reports.document import Block, ReportDocument

__all__ = ["docx_bytes"]

_TEXT_MM: Final = 166.0
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BODY: Final = ("Times New Roman", "宋体")
_HEAD: Final = ("Arial", "黑体")
_HEAD_FILL: Final = "E8EDF3"
_RULE: Final = "8A94A0"
_FONTS: Final = {
    "宋体": ("SimSun", "Noto Serif CJK SC", "roman"),
    "黑体": ("SimHei", "Noto Sans CJK SC", "swiss"),
    "Times New Roman": ("Liberation Serif", "Tinos", "roman"),
    "Arial": ("Liberation Sans", "Arimo", "swiss"),
}
_SPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx_bytes(
    document: ReportDocument,
    pictures: Mapping[int, bytes],
    pages: Mapping[int, int],
    fresh: Collection[int] | None = None,
) -> bytes:
    """
    Write a document.

    Parameters
    ----------
    document : ReportDocument
        What it says.
    pictures : mapping of int to bytes
        A PNG for the number of each figure.
    pages : mapping of int to int
        The page on which each heading is expected, by its place among the headings from 0; shown in the contents until
        Word counts itself.
    fresh : collection of int or None
        Headings that begin a page, by their places among the headings; None for what `begins_page` says.

    Returns
    -------
    bytes
        The docx file.
    """
    book = docx.Document()
    _set_styles(book, document.language)
    _set_fonts(book)
    _set_page(book, document)
    _add_cover(book, document, pages)
    heading = 0
    for place, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            _add_heading(
                book, block, heading, breaks=begins_page(document, place) if fresh is None else heading in fresh
            )
            heading += 1
        else:
            _add_block(book, block, pictures)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _add_block(book: Any, block: Block, pictures: Mapping[int, bytes]) -> None:
    if isinstance(block, Paragraph):
        book.add_paragraph(_clean(block.text), style="Note" if block.is_note else "Body Text")
    elif isinstance(block, TableBlock):
        _add_table(book, block)
    elif isinstance(block, Figure):
        holder = book.add_paragraph(style="Figure")
        holder.paragraph_format.keep_with_next = True
        shape = holder.add_run().add_picture(io.BytesIO(pictures[block.number]), width=Mm(block.width_mm))
        shape._inline.docPr.set("descr", _clean(block.caption))  # noqa: SLF001 - text for those who cannot see it
        _add_caption(book, "Figure", block.number, block.caption)


def _add_cover(book: Any, document: ReportDocument, pages: Mapping[int, int]) -> None:
    book.add_paragraph(_clean(document.title), style="Title")
    for line in document.cover_lines:
        book.add_paragraph(_clean(line), style="Subtitle")
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    if not document.has_contents or not headings:
        return
    book.add_paragraph(tr("Contents"), style="Contents Head")
    entries = [book.add_paragraph(style=f"TOC {heading.level}") for heading in headings]
    for number, (entry, heading) in enumerate(zip(entries, headings, strict=True)):
        if number == 0:
            begin_field(entry, 'TOC \\o "1-2" \\h \\z \\u')
        add_link(entry, _bookmark(number), _clean(heading.line), str(pages.get(number, 1)))
    end_field(entries[-1])


def _add_heading(book: Any, heading: Heading, number: int, *, breaks: bool) -> None:
    paragraph = book.add_paragraph(_clean(heading.line), style=f"Heading {heading.level}")
    paragraph.paragraph_format.page_break_before = breaks
    add_bookmark(paragraph, _bookmark(number), number + 1)


def _add_caption(book: Any, kind: str, number: int, text: str) -> None:
    """Write such as “Table 3  Text”, whose number is a field."""
    paragraph = book.add_paragraph(style="Caption")
    label = tr("Table {number}", number="\x00") if kind == "Table" else tr("Figure {number}", number="\x00")
    before, _, after = label.partition("\x00")
    paragraph.add_run(before)
    add_field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
    paragraph.add_run(f"{after}  {_clean(text)}")
    paragraph.paragraph_format.keep_with_next = kind == "Table"


def _add_table(book: Any, block: TableBlock) -> None:
    _add_caption(book, "Table", block.number, block.caption)
    table = book.add_table(rows=1 + len(block.rows), cols=len(block.head))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _set_margins(table)
    _set_borders(table)
    total = sum(block.widths)
    widths = [Mm(_TEXT_MM * share / total) for share in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for place, cells in enumerate((block.head, *block.rows)):
        row = table.rows[place]
        _keep_whole(row, is_head=place == 0)
        for number, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = widths[number]
            paragraph = cell.paragraphs[0]
            paragraph.style = "Table Head" if place == 0 else "Table Text"
            paragraph.add_run(_clean(text))
            paragraph.paragraph_format.keep_with_next = place < len(block.rows) and (
                place < 2 or place == len(block.rows) - 1
            )  # no row alone
            if number in block.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if place == 0:
                _shade(cell)
    book.add_paragraph(style="Gap")


def _set_page(book: Any, document: ReportDocument) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm((210 - _TEXT_MM) / 2)
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    section.header_distance, section.footer_distance = Mm(12), Mm(10)
    head = section.header.paragraphs[0]
    head.style = "Header"
    head.add_run(_clean(document.header))
    foot = section.footer.paragraphs[0]
    foot.style = "Footer"
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT_MM), WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{_clean(document.mark)}\t")
    before, number, middle, count, after = re.split(
        "([\x01\x02])", tr("page {number} of {count}", number="\x01", count="\x02")
    )
    foot.add_run(before)
    for mark in (number, middle, count):
        if mark in "\x01\x02":
            add_field(foot, "PAGE" if mark == "\x01" else "NUMPAGES", "1")
        else:
            foot.add_run(mark)
    foot.add_run(after)
    book.core_properties.title = _clean(document.title)
    book.core_properties.author = "patrolmap"
    book.core_properties.comments = ""
    book.core_properties.language = "zh-CN" if document.language == "zh" else "en-GB"


def _set_styles(book: Any, language: str) -> None:
    styles = book.styles
    _dress(styles["Normal"], _BODY, 10.5)
    tongue = styles["Normal"].element.get_or_add_rPr()
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), "en-GB")
    mark.set(qn("w:eastAsia"), "zh-CN")
    tongue.append(mark)
    body = styles["Body Text"]
    _dress(body, _BODY, 12 if language == "zh" else 10.5)
    body.paragraph_format.space_after, body.paragraph_format.line_spacing = Pt(6), 1.35
    if language == "zh":
        body.paragraph_format.first_line_indent = Pt(24)
    _dress(styles["Title"], _HEAD, 24, bold=True)
    styles["Title"].paragraph_format.space_before = Pt(30)
    styles["Title"].paragraph_format.space_after = Pt(12)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _without_rule(styles["Title"])
    _dress(styles["Subtitle"], _BODY, 12)
    styles["Subtitle"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Subtitle"].paragraph_format.space_after = Pt(2)
    for level, size in ((1, 16.0), (2, 13.0)):
        style = styles[f"Heading {level}"]
        _dress(style, _HEAD, size, bold=True)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(6)
        style.paragraph_format.keep_with_next = True
    for name, size, bold in (
        ("Table Text", 9, False),
        ("Table Head", 8.5, True),
        ("Note", 9, False),
        ("Figure", 9, False),
    ):
        style = styles.add_style(name, 1)
        style.base_style = styles["Normal"]
        _dress(style, _BODY if not bold else _HEAD, size, bold=bold)
        style.paragraph_format.space_after = Pt(1 if name.startswith("Table") else 4)
        if name.startswith("Table"):
            # Chinese and Latin lines differ in height: without a fixed one, figures would stand higher than names.
            style.paragraph_format.line_spacing = Pt(13)
    styles["Figure"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _dress(styles["Caption"], _HEAD, 9.5, bold=True)
    styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Caption"].paragraph_format.space_before, styles["Caption"].paragraph_format.space_after = Pt(6), Pt(4)
    for name in ("Header", "Footer"):
        _dress(styles[name], _BODY, 9)
        styles[name].paragraph_format.tab_stops.clear_all()
    gap = styles.add_style("Gap", 1)
    _dress(gap, _BODY, 5)
    gap.paragraph_format.space_after = Pt(0)
    _set_contents(styles)


def _set_contents(styles: Any) -> None:
    head = styles.add_style("Contents Head", 1)
    head.base_style = styles["Normal"]
    _dress(head, _HEAD, 14, bold=True)
    head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(24), Pt(8)
    for level in (1, 2):
        style = styles.add_style(f"TOC {level}", 1)
        style.base_style = styles["Normal"]
        style.paragraph_format.left_indent = Mm(6 * (level - 1))
        style.paragraph_format.space_after = Pt(3)
        style.paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _dress(style: Any, fonts: tuple[str, str], size_pt: float, *, bold: bool = False) -> None:
    """Name a font for Latin letters and one for Chinese: Word takes each from its own attribute."""
    style.font.size, style.font.bold, style.font.italic = Pt(size_pt), bold, False
    style.font.color.rgb = RGBColor(0x11, 0x11, 0x11)
    chosen = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(chosen.attrib):
        del chosen.attrib[name]
    for name, font in (("ascii", fonts[0]), ("hAnsi", fonts[0]), ("cs", fonts[0]), ("eastAsia", fonts[1])):
        chosen.set(qn(f"w:{name}"), font)


def _without_rule(style: Any) -> None:
    for rule in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(rule)


def _set_fonts(book: Any) -> None:
    """Tell programs without our fonts which to take instead: the font table names others for each."""
    part = next(rel.target_part for rel in book.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.FONT_TABLE)
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/>'
        f'<w:charset w:val="{"86" if name in ("宋体", "黑体") else "00"}"/><w:family w:val="{family}"/></w:font>'
        for name, (*others, family) in _FONTS.items()
    )
    part._blob = (  # noqa: SLF001 - python-docx passes this part through as bytes
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{_SPACE}">{fonts}</w:fonts>'
    ).encode()


def _set_borders(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (
            ("val", "single"),
            ("sz", "4" if side == "insideH" else "8"),
            ("space", "0"),
            ("color", _RULE),
        ):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001 - python-docx's own way to its XML


def _set_margins(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "62")  # twentieths of a point: 1.1 mm
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)  # noqa: SLF001 - python-docx's own way to its XML


def _keep_whole(row: Any, *, is_head: bool) -> None:
    settings = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx's own way to its XML
    settings.append(OxmlElement("w:cantSplit"))
    if is_head:
        settings.append(OxmlElement("w:tblHeader"))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _HEAD_FILL)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 - python-docx's own way to its XML


def _bookmark(number: int) -> str:
    return f"_Toc{100_000 + number}"


def _clean(text: str) -> str:
    """Take out what XML cannot hold."""
    return _UNFIT.sub("\ufffd", text)
