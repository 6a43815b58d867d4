"""Modules without docstrings do the same, at the same lines, with their assertions."""

from __future__ import annotations

import pytest

from tools.pack.docstrings import compile_without

SOURCE = b'''"""Of the module."""
from __future__ import annotations


class Only:
    """Of the class."""


def both(x: int) -> str:
    """Of the function."""
    assert x > 0, "positive"
    return f"{x}"


async def later():
    "Of a coroutine."


text = "kept"
"kept too, as it does nothing"
'''


@pytest.fixture
def module() -> dict:
    names: dict = {}
    exec(compile_without(SOURCE, "module.py"), names)  # noqa: S102 - the text above
    return names


def test_no_docstring_is_left(module) -> None:
    assert [module[name].__doc__ for name in ("Only", "both", "later")] == [None, None, None]
    assert module.get("__doc__") is None


def test_it_does_the_same(module) -> None:
    assert module["both"](3) == "3"
    assert module["text"] == "kept"
    assert module["both"].__annotations__ == {"x": "int", "return": "str"}


def test_assertions_stay_and_tell_their_line(module) -> None:
    with pytest.raises(AssertionError, match="positive") as caught:
        module["both"](0)
    line = 1 + SOURCE.decode().splitlines().index('    assert x > 0, "positive"')
    assert caught.traceback[-1].lineno + 1 == line
