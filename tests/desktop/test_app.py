"""Starting the program: with and without a screen, in the user's language, in any theme."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor

from patrolmap.desktop.app import has_screen, run_window
from patrolmap.desktop.crash import CrashDialog, crash_report
from patrolmap.desktop.icons import pixmap
from patrolmap.desktop.theme import style_sheet
from patrolmap.desktop.tokens import DARK, LIGHT, Tokens
from patrolmap.errors import InputError
from patrolmap.model.schedule import parse_clock
from patrolmap.resources import asset


def test_without_a_screen_it_says_so_and_ends(monkeypatch, capsys):
    """No traceback, no abort of Qt: one sentence that names the commands."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATROLMAP_LANG", "en")
    assert not has_screen()
    assert run_window(None) == 1
    assert "patrolmap demo --no-window" in capsys.readouterr().err


def test_windows_always_has_a_screen(monkeypatch):
    """Only X11 and Wayland name their display in the environment."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "win32")
    assert has_screen()


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.1."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_are_readable_on_every_ground(tokens: Tokens):
    """Text and secondary text reach 4.5 to 1 on all grounds they stand on (WCAG 2.1, AA)."""
    for ground in (tokens.window, tokens.panel, tokens.field, tokens.raised):
        assert contrast(tokens.text, ground) >= 4.5
        assert contrast(tokens.muted, ground) >= 4.5
    assert contrast(tokens.accent_text, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.accent_soft) >= 4.5
    for state, soft in (
        (tokens.good, tokens.good_soft),
        (tokens.warning, tokens.warning_soft),
        (tokens.bad, tokens.bad_soft),
    ):
        assert contrast(state, tokens.raised) >= 4.5
        assert contrast(tokens.text, soft) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_is_filled_and_its_pictures_exist(tokens: Tokens):
    """No dollar sign is left, and every picture that it names is in the icons."""
    text = style_sheet(tokens)
    assert "$" not in text
    for name in re.findall(r"url\(icons:([^)]+)\)", text):
        assert asset(f"icons/{name}").is_file()


def test_every_icon_draws_something(qapp):  # noqa: ARG001 - pictures need an application
    """An icon that is empty or broken would be an invisible button."""
    for path in sorted(asset("icons").glob("*.svg")):
        image = pixmap(path.stem, 20, "#ff0000").toImage()
        painted = sum(QColor(image.pixelColor(x, y)).alpha() > 60 for x in range(20) for y in range(20))
        assert painted > 8, path.name


def test_a_crash_report_names_versions_but_not_the_user(monkeypatch, tmp_path):
    """The trace is there; the home folder and what the user gave are not."""
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    with pytest.raises(InputError) as caught:
        parse_clock(str(tmp_path / "terces"[::-1]))
    report = crash_report(caught.value)
    assert "InputError" in report
    assert "PySide6" in report
    assert str(tmp_path) not in report
    assert "secret" not in report


def test_a_crash_report_that_cannot_be_saved_says_why_in_the_dialog(qtbot, tmp_path, monkeypatch):
    """The folder of the chosen file is not there: the dialog stays, with the reason under the report."""
    dialog = CrashDialog(ZeroDivisionError("x"))
    qtbot.addWidget(dialog)
    dialog.show()
    chosen = str(tmp_path / "gone" / "report.txt")
    monkeypatch.setattr("patrolmap.desktop.crash.QFileDialog.getSaveFileName", lambda *_: (chosen, ""))
    dialog.save_button.click()
    assert dialog.isVisible()
    assert dialog.state.isVisible()
    assert chosen in dialog.state.text()
