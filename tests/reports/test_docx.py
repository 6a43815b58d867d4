"""Claims about the Word file: headings, contents and captions as Word's own, whatever the texts hold."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from patrolmap.i18n import set_language
from patrolmap.model.charts import BarChart, BarSeries
from patrolmap.reports.document import DocumentBuilder, Heading, ReportDocument, begins_page
from patrolmap.reports.docx_writer import docx_bytes

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def built(language="zh"):
    set_language(language)
    book = DocumentBuilder()
    book.chapter("警情 <b>&")
    book.section("数量")
    book.say("第一句。", "", "第二句\x00。")
    book.table("分类", ("类别", "数量"), [("=1+1", "3"), ("盗窃", "4")], numeric=(1,))
    book.figure("逐月", BarChart(("1",), (BarSeries("", (1.0,)),)))
    book.chapter("热点")
    return ReportDocument("态势报告", ("一", "二"), "页眉", "内部使用", language, tuple(book.blocks))


@pytest.fixture(params=["zh", "en"])
def book(request):
    return docx.Document(io.BytesIO(docx_bytes(built(request.param), {1: PNG}, {0: 2, 1: 2, 2: 3})))


def fields(book):
    return [one.text.strip() for one in book.element.body.iter(qn("w:instrText"))]


def test_headings_are_headings(book):
    """Chapters and sections carry Word's own styles, chapters on a new page."""
    heads = [
        (p.style.name, p.paragraph_format.page_break_before) for p in book.paragraphs if p.style.name.startswith("Head")
    ]
    assert heads == [("Heading 1", True), ("Heading 2", False), ("Heading 1", True)]


def test_the_contents_read_right_before_any_update(book):
    """One TOC field spans entries that name each heading with its page and link to a bookmark that exists."""
    entries = [p for p in book.paragraphs if p.style.name.startswith("TOC")]
    texts = ["".join(t.text or "" for t in p._p.iter(qn("w:t"))) for p in entries]
    heads = [p.text for p in book.paragraphs if p.style.name.startswith("Heading")]
    assert texts == [f"{head}{page}" for head, page in zip(heads, (2, 2, 3), strict=True)]
    assert [one for one in fields(book) if one.startswith("TOC")] == ['TOC \\o "1-2" \\h \\z \\u']
    marks = {one.get(qn("w:name")) for one in book.element.body.iter(qn("w:bookmarkStart"))}
    assert {one.get(qn("w:anchor")) for one in book.element.body.iter(qn("w:hyperlink"))} == marks


def test_fields_are_balanced(book):
    """Every field has a begin, a separator and an end, in this order, nested properly."""
    for part in (book.element.body, book.sections[0].footer._element):
        depth = 0
        for mark in part.iter(qn("w:fldChar")):
            kind = mark.get(qn("w:fldCharType"))
            depth += {"begin": 1, "separate": 0, "end": -1}[kind]
            assert depth >= 0
        assert depth == 0


def test_captions_are_counted_by_word(book):
    """Tables and figures are numbered by SEQ fields, pages by PAGE and NUMPAGES."""
    assert [one for one in fields(book) if one.startswith("SEQ")] == ["SEQ Table \\* ARABIC", "SEQ Figure \\* ARABIC"]
    foot = [one.text.strip() for one in book.sections[0].footer._element.iter(qn("w:instrText"))]
    assert sorted(foot) == ["NUMPAGES", "PAGE"]


def test_texts_stay_texts(book):
    """Markup and formulas are words; what XML cannot hold is replaced."""
    assert book.paragraphs[[p.style.name for p in book.paragraphs].index("Heading 1")].text.endswith("警情 <b>&")
    assert [cell.text for cell in book.tables[0].rows[1].cells] == ["=1+1", "3"]
    assert any("第二句\ufffd。" in p.text for p in book.paragraphs)


def test_every_style_names_fonts_for_both_scripts(book):
    """Each style that is used names a Latin and a Chinese font, and the font table another for each."""
    for name in ("Normal", "Body Text", "Title", "Heading 1", "Heading 2", "Caption", "Table Text"):
        fonts = book.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:ascii")) in {"Times New Roman", "Arial"}
        assert fonts.get(qn("w:eastAsia")) in {"宋体", "黑体"}
    packed = io.BytesIO()
    book.save(packed)
    table = zipfile.ZipFile(packed).read("word/fontTable.xml").decode()
    assert "Noto Serif CJK SC" in table
    assert "SimSun" in table


def test_a_chapter_of_one_sentence_shares_its_page():
    """Chapters begin pages, but the one after a few words does not: it would leave a white page behind."""
    book = DocumentBuilder()
    book.chapter("A")
    book.table("T", ("x",), [("1",)])
    book.chapter("B")
    book.say("No event.")
    book.chapter("C")
    book.section("C1")
    book.say("Short.")
    book.chapter("D")
    document = ReportDocument("t", (), "h", "m", "en", tuple(book.blocks), has_contents=True)
    heads = [place for place, block in enumerate(document.blocks) if isinstance(block, Heading)]
    assert [begins_page(document, place) for place in heads] == [True, True, False, False, True]
