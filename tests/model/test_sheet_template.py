"""Claims about templates of sheets: they come back as they were written, and what does not fit is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.errors import InputError
from patrolmap.model.sheet_template import (
    LARGEST_LOGO,
    PLAIN_TEMPLATE,
    Orientation,
    PaperSize,
    SheetTemplate,
    template_from,
    template_json,
)

PNG = b"\x89PNG\r\n\x1a\n"
LINES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=60)


@given(
    st.builds(
        SheetTemplate,
        st.sampled_from(PaperSize),
        st.sampled_from(Orientation),
        LINES,
        st.none() | LINES,
        LINES,
        st.just(b"") | st.binary(max_size=50).map(lambda data: PNG + data),
        st.booleans(),
    )
)
def test_a_template_comes_back(template):
    """Whatever it says."""
    assert template_from(template_json(template)) == template


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"papier": "A4"},
        {"paper": "A5"},
        {"orientation": 3},
        {"office": None},
        {"office": "two\nlines"},
        {"phones": "0" * 61},
        {"one_file": "yes"},
        {"logo": "!"},
        {"logo": "AAAA"},
    ],
)
def test_what_does_not_fit_is_refused(document):
    """With one clear error."""
    with pytest.raises(InputError):
        template_from(document)


def test_a_large_logo_is_refused():
    """It would be in every file."""
    whole = template_json(PLAIN_TEMPLATE) | template_json(SheetTemplate(logo=PNG + bytes(LARGEST_LOGO)))
    with pytest.raises(InputError, match="too large"):
        template_from(whole)
