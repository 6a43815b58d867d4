"""The frame of the command line: languages, exit status, and where each kind of text goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from patrolmap.cli import app
from patrolmap.cli.console import Answer, Console, to_json
from patrolmap.errors import DamagedProjectError, InputError
from patrolmap.i18n import current_language, set_language
from patrolmap.messages import Message
from patrolmap.progress import CancelledError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True)
def keep_language() -> Iterator[None]:
    before = current_language()
    yield
    set_language(before)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Answer]], None]:
    def install(run: Callable[..., Answer]) -> None:
        def add_commands(add: Any, group: Any) -> None:
            add("try", "Try", run)
            inner = group("many", "Many")
            add("one", "One", run, under=inner)

        monkeypatch.setattr(app, "ROOMS", (add_commands,))

    return install


def _answer(_arguments: argparse.Namespace, console: Console) -> Answer:
    console.progress(0.5, Message("working"))
    return Answer({"seed": console.seed, "name": "甲"}, ("done",))


def test_an_answer_is_lines_for_people(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines on standard output, progress on standard error, status 0."""
    command(_answer)
    assert app.main(["try", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out == "done\n"
    assert err == "[ 50%] working\n"


def test_json_is_alone_on_standard_output(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """One document, Chinese readable; ``--quiet`` silences progress; commands in a group work alike."""
    command(_answer)
    assert app.main(["many", "one", "--json", "--quiet", "--seed", "7"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"seed": 7, "name": "甲"}
    assert "甲" in out
    assert err == ""


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (InputError("Bad {x}.", remedy="Do better.", x=1), 2, "Bad 1. Do better.\n"),
        (DamagedProjectError("Broken."), 1, "Broken.\n"),
        (CancelledError(), 3, "Cancelled; nothing was changed.\n"),
        (KeyboardInterrupt(), 3, "Cancelled; nothing was changed.\n"),
    ],
)
def test_each_kind_of_failure_has_its_status(
    command: Any, capsys: pytest.CaptureFixture[str], error: BaseException, status: int, words: str
) -> None:
    """The message is on standard error, and nothing on standard output."""

    def fail(_arguments: argparse.Namespace, _console: Console) -> Answer:
        raise error

    command(fail)
    assert app.main(["try", "--lang=en"]) == status
    assert capsys.readouterr() == ("", words)


def test_a_defect_shows_where_it_is(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """An error that nobody meant has status 1 and its traceback."""

    def fail(_arguments: argparse.Namespace, _console: Console) -> Answer:
        return Answer({"x": 1 / 0})

    command(fail)
    assert app.main(["try", "--lang", "en"]) == 1
    err = capsys.readouterr().err
    assert "please report" in err
    assert "ZeroDivisionError" in err


@pytest.mark.parametrize("words", [[], ["nonsense"], ["try", "--nonsense"], ["try", "--seed", "x"], ["many"]])
def test_wrong_usage_is_the_users_input(command: Any, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """Status 2, with the usage on standard error."""
    command(_answer)
    assert app.main(words) == 2
    assert "用法" in capsys.readouterr().err


def test_help_and_version_are_done(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are answers, not errors; help speaks the chosen language."""
    command(_answer)
    assert app.main(["--version"]) == 0
    assert app.main(["--help"]) == 0
    assert app.main(["try", "--help", "--lang", "zh"]) == 0
    assert "输出一个 JSON 文档" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        (["--lang", "en"], "zh", "en"),
        (["--lang=en"], "zh", "en"),
        ([], "en", "en"),
        ([], "zh", "zh"),
        (["--lang", "xx"], "en", "en"),
        (["--lang"], "en", "en"),
    ],
)
def test_the_language_is_known_before_parsing(
    words: list[str], environment: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option wins over the environment, so that usage errors are in the right language too."""
    monkeypatch.setenv("PATROLMAP_LANG", environment)
    assert app._wanted_language(["new", *words]) == language


def test_numbers_that_json_does_not_know_become_null() -> None:
    """Arrays and numpy numbers become plain ones; NaN and infinities null; what is unknown its text."""
    data = {"a": np.array([1.5, np.nan]), 2: np.int64(3), "b": [np.inf, (True, None)], "c": Message("x")}
    assert json.loads(to_json(data)) == {"a": [1.5, None], "2": 3, "b": [None, [True, None]], "c": "x"}


def test_progress_speaks_ten_times_a_second_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    """A thousand texts in no time give one line; the same text is not repeated; reports without text are silent."""
    console = Console(quiet=False, as_json=False, seed=0)
    for number in range(1000):
        console.progress(number / 1000, Message("step {n}", {"n": number}))
    console.progress(1.0)
    assert len(capsys.readouterr().err.splitlines()) < 5
