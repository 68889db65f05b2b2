"""What was done, and by whom: in the room's log and in the audit log, each once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenarios.keepers import SECRET, administrator, keeps, make_account, sees
from tests.scenarios.talkers import JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture
def boss(server: ChatServer) -> Iterator[JsonTalker]:
    with administrator(server) as talker:
        yield talker


def audit(who: JsonTalker, room: str = "den", **more: Any) -> list[dict[str, Any]]:
    deeds: list[dict[str, Any]] = who.answer("audit", type="audit", room=room, **more)["deeds"]
    return deeds


def told(deeds: list[dict[str, Any]]) -> list[str]:
    return [one["text"] for one in deeds]


DEEDS = (
    ("role", {"name": "eve", "role": "moderator"}, "ana made eve a moderator of the room"),
    ("slow", {"every_s": 0}, "ana lifted slow mode"),
    ("mute", {"name": "ben", "for_s": 90}, "ana keeps ben from speaking for 1 min 30 s"),
    ("ban", {"name": "ben", "reason": "spam"}, "ana keeps ben out of the room: spam"),
    ("pardon", {"name": "ben"}, "ana pardoned ben"),
    ("kick", {"name": "eve"}, "ana put eve out of the room"),
)


@pytest.mark.parametrize("times", [1, 2])
def test_each_deed_is_in_both_logs_once_however_often_it_is_sent(
    ana: JsonTalker, port: int, times: int
) -> None:
    with JsonTalker(port, name="ben") as ben, JsonTalker(port, name="eve") as eve:
        for each in (ben, eve):
            each.joins("den")
        for number, (kind, fields, words) in enumerate(DEEDS):
            for _ in range(times):
                ana.ask(type=kind, room="den", id=f"id {number}", **fields)
            sees(ana, words)
        ana.hears_nothing_more()
        assert len(ana.acks) == len(DEEDS) * (times - 1)
        deeds = audit(ana)
        expected = [words for _, _, words in DEEDS]
        assert told(deeds) == expected[::-1]
        assert [one["action"] for one in deeds] == [kind for kind, _, _ in DEEDS[::-1]]
        assert {one["by"] for one in deeds} == {"ana"}
        assert {one["room"] for one in deeds} == {"den"}
        page = ana.answer("history", type="history", room="den")["messages"]
        assert told(page) == expected
        assert [one["id"] for one in page] == [f"id {number}" for number in range(len(DEEDS))]


def test_a_deed_is_not_done_silently_under_the_id_of_something_said(
    ana: JsonTalker, port: int
) -> None:
    with JsonTalker(port, name="ben") as ben:
        ben.joins("den")
        ana.ask(type="say", room="den", id="one", text="hi")
        ana.ask(type="kick", room="den", id="one", name="ben")
        ben.event("message")
        assert ana.error("id_taken")["id"] == "one"
        ana.hears_nothing_more()
        ben.hears_nothing_more()
        assert [one["id"] for one in ana.acks] == ["one"]
        assert audit(ana) == []


def test_what_is_refused_is_in_no_log(ana: JsonTalker, port: int) -> None:
    with JsonTalker(port, name="ben") as ben:
        ben.joins("den")
        keeps(ben, "", "kick", name="ana")
        ben.error("not_allowed")
        keeps(ana, "", "pardon", name="ben")
        ana.error("no_such_person")
        keeps(ana, "", "kick", name="nobody")
        ana.error("no_such_person")
        assert audit(ana) == []
        assert ana.answer("history", type="history", room="den")["messages"] == []


def test_it_is_read_a_page_at_a_time_newest_first(ana: JsonTalker) -> None:
    for number in range(1, 8):
        keeps(ana, "", "slow", every_s=number)
        ana.event("notice")
    seen: list[str] = []
    before: dict[str, int] = {}
    while True:
        page = ana.answer("audit", type="audit", room="den", limit=3, **before)
        seen += [one["text"] for one in page["deeds"]]
        assert page["more"] == (len(seen) < 7)
        if not page["more"]:
            break
        before = {"before": page["deeds"][-1]["number"]}
    assert seen == [f"ana lets everybody speak every {n} s" for n in range(7, 0, -1)]
    assert audit(ana, before=0) == []
    ana.ask(type="audit", room="den", limit=0)
    ana.error("bad_json")


def test_a_page_is_no_longer_than_the_server_likes() -> None:
    with (
        ChatServer(port=0, settings=ServerSettings(messages_per_s=0, page=2)) as server,
        JsonTalker(server.port, name="ana") as ana,
    ):
        ana.joins("den")
        for number in range(1, 4):
            keeps(ana, "", "slow", every_s=number)
            ana.event("notice")
        page = ana.answer("audit", type="audit", room="den", limit=1000)
        assert (len(page["deeds"]), page["more"]) == (2, True)


def test_a_room_tells_of_itself_and_the_server_of_all(ana: JsonTalker, boss: JsonTalker) -> None:
    keeps(ana, "", "slow", every_s=1)
    ana.event("notice")
    keeps(boss, "", "slow", "lobby", every_s=2)
    boss.event("notice")
    ana.event("notice")
    keeps(boss, "", "ban", "*", address="10.0.0.0/8")
    boss.event("done")
    assert told(audit(boss, "lobby")) == ["boss lets everybody speak every 2 s"]
    assert [(one["room"], one["text"]) for one in audit(boss, "*")] == [
        ("*", "boss keeps 10.0.0.0/8 out of the server"),
        ("lobby", "boss lets everybody speak every 2 s"),
        ("den", "ana lets everybody speak every 1 s"),
    ]


def test_what_is_done_to_the_server_is_noted(boss: JsonTalker, server: ChatServer) -> None:
    make_account(server, "ana")
    code = boss.answer("invitation", type="invite")["code"]
    for kind, fields in (
        ("role", {"name": "ana", "role": "administrator"}),
        ("role", {"name": "ana", "role": "member"}),
        ("mute", {"name": "ana"}),
        ("ban", {"name": "ana", "for_s": 86_400}),
        ("pardon", {"name": "ana"}),
    ):
        boss.answer("done", type=kind, room="*", **fields)
    deeds = audit(boss, "*")
    assert told(deeds)[::-1] == [
        "boss invited somebody new",
        "boss made ana an administrator",
        "boss made ana a member",
        "boss keeps ana from speaking",
        "boss keeps ana out of the server for 1 d",
        "boss pardoned ana",
    ]
    assert {one["room"] for one in deeds} == {"*"}
    assert code not in str(deeds)


def test_an_invited_guest_and_a_deleted_room_are_noted(
    boss: JsonTalker, ana: JsonTalker, port: int
) -> None:
    with JsonTalker(port, name="ben") as ben:
        ana.joins("cellar", private=True)
        for _ in range(2):  # they are invited already the second time
            ana.answer("done", type="invite", room="cellar", name="ben")
            ben.event("invited")
        assert told(audit(ana, "cellar")) == ["ana invited ben"]
        ana.ask(type="drop", room="cellar")
        ana.event("left")
        ana.event("done")
        assert told(audit(boss, "*")) == ["ana deleted the room", "ana invited ben"]


def test_it_is_not_for_members(ana: JsonTalker, port: int) -> None:
    with PlainTalker(port, name="ben") as ben:
        ben.types("/audit")
        ben.is_refused("not_allowed", "that is for the room's moderators; ask one of them")
        ben.types("/audit *")
        ben.is_refused("not_allowed", "that is for the server's administrators; ask one of them")
        ben.joins("den")
        keeps(ana, "", "role", name="ben", role="moderator")
        ben.reads("* #den: ana made ben a moderator of the room")
        ben.types("/audit")
        assert ben.line() == b"What was done, newest first (in UTC):\n"
        line = ben.line().decode()
        assert line.startswith("  20")
        assert line.endswith(" #den: ana made ben a moderator of the room\n")


def test_who_never_was_in_a_room_does_not_read_it(boss: JsonTalker, ana: JsonTalker) -> None:
    boss.ask(type="audit", room="den")  # an administrator may, once they are there
    boss.error("not_in_room")


def test_an_administrators_code_lets_somebody_in_once() -> None:
    settings = ServerSettings(messages_per_s=0, access="invite")
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, hello=False) as boss,
    ):
        make_account(server, "boss", administrator=True)
        boss.ask(type="login", name="boss", password=SECRET)
        boss.event("token")
        boss.ask(type="hello", v=1)
        boss.event("welcome")
        code = boss.answer("invitation", type="invite")["code"]
        with JsonTalker(server.port, hello=False) as ana:
            ana.ask(type="register", name="ana", password=SECRET, invitation=code)
            ana.event("token")
            ana.ask(type="hello", v=1)
            assert ana.event("welcome")["administrator"] is False
            ana.ask(type="invite")
            ana.error("not_allowed")
        with JsonTalker(server.port, hello=False) as eve:
            eve.ask(type="register", name="eve", password=SECRET, invitation=code)
            eve.error("bad_code")


def test_topics_and_deleted_messages_of_others_are_in_it(ana: JsonTalker, port: int) -> None:
    with JsonTalker(port, name="ben") as ben:
        ben.joins("den")
        for text in ("mine", "another"):
            ben.says_here(text)
            ben.hears_nothing_more()
        ana.ask(type="topic", room="den", id="t", text="tea")
        ana.ask(type="delete", room="den", id="d", seq=1)
        ana.ask(type="delete", room="den", id="d", seq=1)
        ben.event("topic")
        assert ben.event("delete")["name"] == "ana"
        ben.ask(type="delete", room="den", id="own", seq=2)
        ben.hears_nothing_more()
        assert ben.acks[-1]["id"] == "own"
        for what in ("message", "message", "topic", "delete"):
            ana.event(what)
        ana.hears_nothing_more()
        assert [one["id"] for one in ana.acks] == ["d", "d"]
        assert told(audit(ana)) == ["ana deleted a message of ben", "ana set the topic: tea"]
        ana.ask(type="topic", room="den", text="")
        ana.event("topic")
        assert told(audit(ana))[0] == "ana took the topic away"


def test_who_makes_a_room_anew_is_not_told_what_was_done_in_the_old_one(
    ana: JsonTalker, port: int
) -> None:
    keeps(ana, "", "slow", every_s=3)
    ana.event("notice")
    ana.ask(type="drop", room="den")
    ana.event("left")
    ana.event("done")
    with JsonTalker(port, name="ben") as ben:
        ben.joins("den")
        assert audit(ben) == []
        keeps(ben, "", "slow", every_s=5)
        ben.event("notice")
        assert told(audit(ben)) == ["ben lets everybody speak every 5 s"]
