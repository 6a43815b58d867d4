"""Events, notices and preferences, without a window."""

from __future__ import annotations

import json

from patrolmap.desktop.events import Event
from patrolmap.desktop.notices import NoticeLevel, Notices
from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.services.workspace import Preferences, load_preferences, preferences_path, save_preferences


def test_event_calls_listeners_in_order_until_they_leave():
    """A listener that disconnects hears no more; the others go on."""
    event, heard = Event(), []
    first, second = (lambda x: heard.append(("a", x))), (lambda x: heard.append(("b", x)))
    event.connect(first)
    event.connect(second)
    event.emit(1)
    event.disconnect(first)
    event.disconnect(first)
    event.emit(2)
    assert heard == [("a", 1), ("b", 1), ("b", 2)]


def test_expected_errors_go_to_the_bar_and_others_to_the_dialog():
    """What the user can mend is a notice; a defect is a crash."""
    notices, said, crashed = Notices(), [], []
    notices.said.connect(said.append)
    notices.crashed.connect(crashed.append)
    notices.report(InputError("What", remedy="Do"))
    defect = ZeroDivisionError()
    notices.report(defect)
    assert [notice.level for notice in said] == [NoticeLevel.ERROR]
    assert said[0].parts == (Message("What"), Message("Do"))
    assert crashed == [defect]


def test_preferences_come_back_as_they_were(tmp_path):
    """Writing and reading is the identity."""
    kept = Preferences("en", "dark", ("/a.gpkg",), "/out", {"geometry": "AAA="})
    path = tmp_path / "deep" / "preferences.json"
    save_preferences(kept, path)
    assert load_preferences(path) == kept
    assert [one.name for one in path.parent.iterdir()] == ["preferences.json"]


def test_preferences_survive_nonsense(tmp_path):
    """A damaged or hand-edited file costs the preference, not the program."""
    path = tmp_path / "preferences.json"
    assert load_preferences(path) == Preferences()
    path.write_text("{", encoding="utf-8")
    assert load_preferences(path) == Preferences()
    path.write_text(json.dumps([1]), encoding="utf-8")
    assert load_preferences(path) == Preferences()
    path.write_text(json.dumps({"theme": "pink", "language": 3, "recent": [1, "a"], "window": 2}), encoding="utf-8")
    assert load_preferences(path) == Preferences(recent=("a",))


def test_recent_projects_are_newest_first_and_few(tmp_path):
    """Opening one again moves it to the head; the ninth falls out; vanished files are not offered."""
    preferences = Preferences()
    for number in range(10):
        preferences = preferences.with_recent(tmp_path / f"{number}.gpkg")
    preferences = preferences.with_recent(tmp_path / "5.gpkg")
    names = [path.rsplit("/", 1)[-1].rsplit("\\", 1)[-1] for path in preferences.recent]
    assert names == ["5.gpkg", "9.gpkg", "8.gpkg", "7.gpkg", "6.gpkg", "4.gpkg", "3.gpkg", "2.gpkg"]
    (tmp_path / "8.gpkg").touch()
    assert preferences.existing_recent() == ((tmp_path / "8.gpkg").resolve(),)


def test_the_tests_keep_to_their_own_preferences(tmp_path):
    """`PATROLMAP_CONFIG` moves the file."""
    assert preferences_path() == tmp_path / "config" / "preferences.json"
