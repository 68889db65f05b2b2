"""What is done to messages later: edited, deleted, answered, reacted to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.scenarios.talkers import JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings

pytestmark = pytest.mark.usefixtures("cheap_passwords")

NO_SUCH = "there is no message of that number in the room"
NOT_YOURS = "only who said it may change it"


@pytest.fixture
def ana(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ana") as talker:
        yield talker


@pytest.fixture
def ben(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, name="ben") as talker:
        yield talker


@pytest.fixture
def typist(port: int) -> Iterator[PlainTalker]:
    """Give one who types, and is called tom."""
    with PlainTalker(port, "blue", "tom") as talker:
        yield talker


def said(talker: JsonTalker, *texts: str) -> list[int]:
    """Say `texts` in the lobby; return their `seq`."""
    for text in texts:
        talker.says(text)
    talker.hears_nothing_more()
    return [ack["seq"] for ack in talker.acks[-len(texts) :]]


def places(ack: dict[str, Any]) -> dict[str, Any]:
    """Return what `ack` has of what was said, too."""
    return {key: ack[key] for key in ack if key != "entry"}


def told(talker: JsonTalker, kind: str) -> dict[str, Any]:
    """Return what is new in the next event of this kind."""
    event = talker.event(kind)
    return {key: event[key] for key in event if key not in ("id", "time", "color", "room", "type")}


def test_each_is_an_entry_that_others_get_and_their_author_an_ack_for(
    ana: JsonTalker, ben: JsonTalker
) -> None:
    said(ana, "one")
    ben.event("message")
    ana.does("", type="edit", seq=1, text="two")
    assert told(ben, "edit") == {
        "seq": 2, "name": "ana", "text": "two", "target": 1, "about": "ana: one"
    }  # fmt: skip
    ana.does("", type="react", seq=1, emoji="👍")
    assert told(ben, "react") == {
        "seq": 3, "name": "ana", "emoji": "👍", "target": 1, "about": "ana: two", "on": True
    }  # fmt: skip
    ana.does("", type="react", seq=1, emoji="👍", on=False)
    assert told(ben, "react")["on"] is False
    ana.does("", type="say", reply=1, text="so there")
    assert told(ben, "message") == {
        "seq": 5, "name": "ana", "text": "so there", "reply": 1, "about": "ana: two"
    }  # fmt: skip
    ana.does("", type="delete", seq=1)
    assert told(ben, "delete") == {"seq": 6, "name": "ana", "target": 1, "about": "ana"}
    ana.hears_nothing_more()
    assert [ack["seq"] for ack in ana.acks] == [1, 2, 3, 4, 5, 6]


def test_people_read_what_was_done(ana: JsonTalker, typist: PlainTalker) -> None:
    said(ana, "one (two)")
    typist.reads("ana [COLOR (blue)] said -> one (two)")
    ana.does("", type="edit", seq=1, text="three")
    ana.does("", type="react", seq=1, emoji=":+1:")
    ana.does("", type="react", seq=1, emoji=":+1:", on=False)
    ana.does("", type="say", reply=1, text="four")
    typist.reads(
        "* ana edited: one (two) -> three",
        "* ana put :+1: to ana: three",
        "* ana took :+1: back from ana: three",
        "ana [COLOR (blue)] said -> (to ana: three) four",
    )
    ana.does("", type="delete", seq=1)
    typist.reads("* ana took a message back")


def test_who_types_means_the_newest_message_and_reads_what_was_done(
    ben: JsonTalker, typist: PlainTalker
) -> None:
    typist.types("one", "two", "/edit three")
    typist.reads("* tom edited: two -> three")
    for _ in range(2):
        typist.types("/delete")
        typist.reads("* tom took a message back")
    typist.types("/delete")
    typist.is_refused("no_such_message", "you have said nothing here lately")
    for kind, target in (("message", 0), ("message", 0), ("edit", 2), ("delete", 2), ("delete", 1)):
        event = ben.event(kind)
        assert event.get("target", 0) == target, event
    said(ben, "four")
    typist.reads("ben [COLOR (blue)] said -> four")
    typist.types("/reply five", "/react 🍰", "/unreact 🍰")
    typist.reads("* tom put 🍰 to tom: five", "* tom took 🍰 back from tom: five")
    assert told(ben, "message")["about"] == "ben: four"
    assert told(ben, "react")["about"] == "tom: five"
    assert told(ben, "react")["target"] == 7


def test_an_answer_is_to_somebody_else(ben: JsonTalker, typist: PlainTalker) -> None:
    said(ben, "well?")
    typist.reads("ben [COLOR (blue)] said -> well?")
    typist.types("one", "/reply two", "/reply three")
    assert [told(ben, "message").get("about") for _ in range(3)] == [None, *["ben: well?"] * 2]
    said(ben, "oh")
    ben.ask(type="say", id="answer", text="to you", reply=2**53 - 1)
    assert ben.event("ack")["id"] == "answer"
    typist.reads("ben [COLOR (blue)] said -> oh")
    typist.reads("ben [COLOR (blue)] said -> (to tom: three) to you")


@pytest.mark.parametrize("again", ["❤", "❤\ufe0f"])
def test_a_reaction_is_put_once_and_taken_back_once(
    ana: JsonTalker, ben: JsonTalker, typist: PlainTalker, again: str
) -> None:
    said(ana, "one")
    ben.event("message")
    typist.reads("ana [COLOR (blue)] said -> one")
    typist.types("/unreact ❤")
    typist.is_refused("no_change", "you have not put ❤ to that message")
    for _ in range(2):
        typist.types("/react ❤", f"/react {again}", f"/unreact {again}", "/unreact ❤")
        typist.reads("* tom put ❤ to ana: one")
        words = f"you have put {again} to that already; /unreact takes it back"
        typist.is_refused("no_change", words)
        typist.reads(f"* tom took {again} back from ana: one")
        typist.is_refused("no_change", "you have not put ❤ to that message")
        assert [ben.event("react")["on"] for _ in range(2)] == [True, False]
    ben.hears_nothing_more()


def test_a_reaction_that_comes_again_after_a_lost_connection_has_its_first_answer(
    port: int, ana: JsonTalker
) -> None:
    said(ana, "one")
    react = {"type": "react", "id": "r", "seq": 1, "emoji": "👍"}
    with JsonTalker(port, name="cyd", history=0) as cyd:
        cyd.ask(**react)
        first = cyd.event("ack")
        session = cyd.welcome["session"]
    with JsonTalker(port, name="cyd", session=session, history=0) as back:
        back.ask(**react)
        assert places(back.event("ack")) == places(first)
        back.ask(**{**react, "id": "r2"})
        assert back.event("error")["code"] == "no_change"


def test_the_ack_of_what_was_done_has_it_as_the_others_are_told(
    ana: JsonTalker, ben: JsonTalker
) -> None:
    said(ana, "one")
    ben.event("message")
    deeds: list[dict[str, Any]] = [
        {"type": "edit", "seq": 1, "text": "two"},
        {"type": "react", "seq": 1, "emoji": "👍"},
        {"type": "delete", "seq": 1},
    ]
    for deed in deeds:
        ana.does("", **deed)
        seen = ben.event(deed["type"])
        ana.hears_nothing_more()
        assert ana.acks[-1]["entry"] == seen
    assert "entry" not in ana.acks[0]


def test_what_is_typed_in_one_write_is_about_what_was_typed_before(
    ben: JsonTalker, typist: PlainTalker
) -> None:
    for number in range(10):
        typist.types(f"wrong {number}", f"/edit right {number}", f"/react {number}\u20e3")
        seq = ben.event("message")["seq"]
        edited = ben.event("edit")
        assert (edited["target"], edited["text"]) == (seq, f"right {number}")
        assert ben.event("react")["about"] == f"tom: right {number}"


def test_in_an_empty_room_there_is_no_newest_message(ana: JsonTalker, typist: PlainTalker) -> None:
    typist.types("/edit x", "/delete", "/react 👍", "/reply x")
    typist.is_refused("", "you have said nothing here lately")
    typist.is_refused("", "you have said nothing here lately")
    typist.is_refused("", "nobody has said anything here lately")
    typist.is_refused("", "nobody else has said anything here lately")
    for seq in (0, 2**53 - 1):
        ana.does("", type="react", seq=seq, emoji="👍")
        ana.is_refused("no_such_message", "nobody has said anything here lately")


WRONG: list[dict[str, Any]] = [
    {"type": "edit", "text": "x"},
    {"type": "delete"},
    {"type": "react", "emoji": "👍"},
    {"type": "say", "text": "x"},
]


def to(seq: int, command: dict[str, Any]) -> dict[str, Any]:
    return {**command, "reply" if command["type"] == "say" else "seq": seq}


def test_a_message_that_is_not_there_or_not_any_more_is_refused(
    ana: JsonTalker, ben: JsonTalker
) -> None:
    said(ana, "one", "two")
    ana.does("", type="edit", seq=2, text="three")
    ana.does("", type="delete", seq=1)
    ana.hears_nothing_more()
    for kind in ("message", "message", "edit", "delete"):
        ben.event(kind)
    for command in WRONG:
        for seq in (1, 3, 4, 5, 10**9, 2**53 - 2):  # deleted, an edit, a deletion, none
            ana.does("", **to(seq, command))
            ana.is_refused("no_such_message", NO_SUCH)
    ben.hears_nothing_more()


def test_the_newest_is_one_that_was_not_deleted(ana: JsonTalker, ben: JsonTalker) -> None:
    said(ana, "one", "two")
    ben.event("message")
    ben.event("message")
    ana.does("", type="delete", seq=2)
    ben.event("delete")
    for seq, emoji in ((0, "👍"), (2**53 - 1, "👎")):
        ana.does("", type="react", seq=seq, emoji=emoji)
        assert ben.event("react")["target"] == 1
    ana.does("", type="edit", text="three")
    assert ben.event("edit")["target"] == 1
    ana.does("", type="edit", seq=2**53 - 1, text="four")
    assert told(ben, "edit")["about"] == "ana: three"


def test_a_message_of_another_room_is_not_meant(ana: JsonTalker, ben: JsonTalker) -> None:
    said(ana, "one")
    ben.event("message")
    ana.joins("builds")
    for command in WRONG:
        ana.does("", **to(1, {"room": "builds", **command}))
        ana.is_refused("no_such_message", NO_SUCH)
    ana.does("", type="delete", room="builds")
    ana.is_refused("no_such_message", "you have said nothing here lately")


def test_others_messages_are_theirs(ana: JsonTalker, ben: JsonTalker) -> None:
    said(ana, "one")
    ben.event("message")
    ben.does("", type="edit", seq=1, text="x")
    ben.is_refused("not_yours", NOT_YOURS)
    ben.does("", type="delete", seq=1)
    ben.is_refused("not_yours", NOT_YOURS)
    ben.does("", type="edit", seq=2**53 - 1, text="x")
    ben.is_refused("not_yours", NOT_YOURS)
    ben.does("", type="delete")
    ben.is_refused("no_such_message", "you have said nothing here lately")
    ana.hears_nothing_more()


@pytest.mark.parametrize("takes", ["hello", "rename"])
def test_who_takes_a_former_guests_name_cannot_change_what_they_said(
    port: int, ana: JsonTalker, takes: str
) -> None:
    """They may have been here for long, under another name."""
    early = JsonTalker(port, name="dan") if takes == "rename" else None
    with JsonTalker(port, name="ben") as ben:
        said(ben, "one")
    ana.event("message")
    while ana.answer("who", type="who")["here"] > (2 if early else 1):
        pass
    if early:
        early.event("message")
        assert early.answer("you", type="name", name="ben")["name"] == "ben"
    with early or JsonTalker(port, name="ben", history=0) as thief:
        for command in ({"type": "edit", "text": "x"}, {"type": "delete"}):
            thief.does("", seq=1, **command)
            thief.is_refused("not_yours", NOT_YOURS)
            thief.does("", **command)
            thief.is_refused("no_such_message", "you have said nothing here lately")
    ana.hears_nothing_more()


def test_who_chose_no_name_comes_back_and_can_change_what_they_said(port: int) -> None:
    with JsonTalker(port) as nameless:
        session = nameless.welcome["session"]
        said(nameless, "one")
    with JsonTalker(port, session=session, history=0) as again, JsonTalker(port) as other:
        other.event("message")
        again.does("", type="edit", text="two")
        assert other.event("edit")["target"] == 1


def test_an_account_can_change_what_it_said_from_any_connection(port: int) -> None:
    with ExitStack() as leaving:
        one = leaving.enter_context(JsonTalker(port, name="ana"))
        token = one.answer("token", type="register", password="correct horse")["token"]
        one.event("you")
        said(one, "one")
        other = leaving.enter_context(JsonTalker(port, token=token, history=0))
        other.does("", type="edit", seq=1, text="two")
        assert one.event("edit")["target"] == 1


def test_who_keeps_order_may_delete_others_messages_but_not_edit_them(port: int) -> None:
    with ExitStack() as leaving:
        owner = leaving.enter_context(JsonTalker(port, name="ana"))
        ben = leaving.enter_context(JsonTalker(port, name="ben"))
        typist = leaving.enter_context(PlainTalker(port, "blue", "tom"))
        for each in (owner, ben, typist):
            each.joins("builds")
        ben.says_here("spam")
        owner.event("message")
        typist.reads("#builds ben [COLOR (blue)] said -> spam")
        owner.does("", type="edit", seq=1, text="ham", room="builds")
        owner.is_refused("not_yours", NOT_YOURS)
        owner.does("", type="delete", seq=1, room="builds")
        typist.reads("* #builds: ana deleted a message of ben")
        assert told(ben, "delete") == {"seq": 2, "name": "ana", "target": 1, "about": "ben"}


def test_what_is_said_again_after_a_lost_connection_is_done_once(
    port: int, ben: JsonTalker
) -> None:
    """Its ack was lost, so a client that came back sends it again: that gets the same ack."""
    again = [
        {"type": "say", "id": "1", "text": "one"},
        {"type": "edit", "id": "2", "seq": 1, "text": "two"},
        {"type": "react", "id": "3", "seq": 1, "emoji": "👍"},
        {"type": "say", "id": "4", "reply": 1, "text": "three"},
        {"type": "delete", "id": "5", "seq": 1},
    ]
    with JsonTalker(port, name="ana") as ana:
        for command in again:
            ana.ask(**command)
        ana.hears_nothing_more()
        first = ana.acks
    for kind in ("message", "edit", "react", "message", "delete"):
        ben.event(kind)
    while ben.answer("who", type="who")["here"] > 1:
        pass
    with JsonTalker(port, name="ana", history=0) as ana:
        for command in again:
            ana.ask(**command)
        ana.hears_nothing_more()
        assert list(map(places, ana.acks)) == list(map(places, first))
    ben.hears_nothing_more()


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "edit", "seq": 1, "text": " \n"}, "empty", "the message is empty; write something"),
    *(
        ({"type": "react", "seq": 1, "emoji": emoji}, "bad_emoji",
         "react with an emoji, or with a word like :+1:")
        for emoji in ("", "hello", "<b>", "👍 and more", "::", "a👍", "\u200d")
    ),
]  # fmt: skip


def test_what_may_not_be_written_is_refused(ana: JsonTalker, typist: PlainTalker) -> None:
    said(ana, "one")
    typist.reads("ana [COLOR (blue)] said -> one")
    for command, code, sentence in BAD:
        ana.does("", **command)
        ana.is_refused(code, sentence)
    for line, sentence in (
        ("/edit", "the text is missing: write /edit TEXT"),
        ("/react", "an emoji is missing: write /react EMOJI"),
        ("/react hello", "react with an emoji, or with a word like :+1:"),
        ("/reply", "the text is missing: write /reply TEXT"),
    ):
        typist.types(line)
        typist.is_refused("", sentence)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "edit", "id": "x", "seq": -1, "text": "x"},
        {"type": "edit", "id": "x", "seq": 2**53, "text": "x"},
        {"type": "edit", "id": "", "text": "x"},
        {"type": "edit", "seq": 1, "text": "x"},
        {"type": "delete", "id": "x", "seq": "1"},
        {"type": "react", "id": "x", "emoji": "x" * 65},
        {"type": "say", "id": "x", "text": "x", "reply": 1.5},
    ],
    ids=str,
)
def test_fields_that_are_not_what_they_may_be_are_refused(
    ana: JsonTalker, wrong: dict[str, Any]
) -> None:
    ana.ask(**wrong)
    ana.error("bad_json")


def test_history_and_search_leave_out_what_was_deleted(
    ana: JsonTalker, typist: PlainTalker
) -> None:
    said(ana, "red apple", "green apple")
    ana.does("", type="edit", seq=1, text="blue apple")
    typist.reads(
        "ana [COLOR (blue)] said -> red apple",
        "ana [COLOR (blue)] said -> green apple",
        "* ana edited: red apple -> blue apple",
    )
    ana.does("", type="delete", seq=1)
    typist.reads("* ana took a message back")
    ana.hears_nothing_more()
    page = ana.answer("history", type="history")["messages"]
    assert [(one["type"], one["seq"]) for one in page] == [("message", 2), ("delete", 4)]
    for words, found in (("apple", [2]), ("red", []), ("blue", [])):
        answer = ana.answer("found", type="search", text=words)["messages"]
        assert [one["seq"] for one in answer] == found
    typist.types("/history")
    assert typist.line() == b"Said in #lobby (in UTC):\n"
    assert typist.line().endswith(b" ana [COLOR (blue)] said -> green apple\n")
    typist.hears_nothing_more()


def test_history_lists_nothing_about_messages_that_are_not_on_its_page(
    ana: JsonTalker, typist: PlainTalker
) -> None:
    said(ana, "one", "two")
    ana.does("", type="react", seq=1, emoji="👍")
    ana.does("", type="react", seq=2, emoji="👋")
    said(ana, "three")
    typist.reads(
        "ana [COLOR (blue)] said -> one",
        "ana [COLOR (blue)] said -> two",
        "* ana put 👍 to ana: one",
        "* ana put 👋 to ana: two",
        "ana [COLOR (blue)] said -> three",
    )
    typist.types("/history 4")
    assert typist.line() == b"Said in #lobby (in UTC; more: /history more):\n"
    for line in ("ana [COLOR (blue)] said -> two", "* ana put 👋 to ana: two"):
        assert typist.line().decode().endswith(f" {line}\n")
    assert typist.line().endswith(b" said -> three\n")
    typist.hears_nothing_more()


def test_search_finds_what_a_message_reads_after_an_edit(ana: JsonTalker) -> None:
    said(ana, "red apple")
    ana.does("", type="edit", seq=1, text="blue apple")
    ana.hears_nothing_more()
    found = ana.answer("found", type="search", text="blue")["messages"]
    assert [(one["type"], one["target"]) for one in found] == [("edit", 1)]
    assert ana.answer("found", type="search", text="red")["messages"] == []
    ana.does("", type="edit", seq=1, text="green apple")
    ana.hears_nothing_more()
    found = ana.answer("found", type="search", text="apple")["messages"]
    assert [(one["seq"], one["text"]) for one in found] == [(3, "green apple")]


def test_who_comes_later_or_comes_back_is_told_all_that_was_done(
    port: int, ana: JsonTalker
) -> None:
    said(ana, "one")
    kinds = ["edit", "react", "message", "delete"]
    done: list[dict[str, Any]] = [
        {"type": "edit", "text": "two"},
        {"type": "react", "emoji": "👍"},
        {"type": "say", "reply": 1, "text": "x"},
        {"type": "delete", "seq": 1},
    ]
    for command in done:
        ana.does("", **command)
    ana.hears_nothing_more()
    for hello, told_ in (({}, ["message", *kinds]), ({"resume": {"lobby": 1}}, kinds)):
        with JsonTalker(port, **hello) as late:
            told = [late.event(kind) for kind in told_]
            late.hears_nothing_more()
        assert [one["seq"] for one in told] == list(range(6 - len(told), 6))
        assert [one["text"] for one in told if one.get("text")] == ["x"]
        assert [one["about"] for one in told if one.get("about")] == ["ana"] * 4
    with PlainTalker(port, hello=False) as late:
        late.reads(
            "* ana put 👍 to ana",
            "ana [COLOR (blue)] said -> (to ana) x",
            "* ana took a message back",
        )


def test_one_who_is_fed_from_the_disk_is_not_told_what_was_deleted() -> None:
    settings = ServerSettings(messages_per_s=0, tail_bytes=64 * 1024)
    with ChatServer(port=0, settings=settings) as server, JsonTalker(server.port) as ana:
        said(ana, *(f"{number} {'x' * 20_000}" for number in range(1, 11)))
        for deleted in (3, 7):
            ana.does("", type="delete", seq=deleted)
            ana.hears_nothing_more()
            with JsonTalker(server.port, resume={"lobby": 0}) as late:
                texts = [late.event("message")["text"] for _ in range(10)]
            assert texts[deleted - 1] == ""
    assert [len(text) for text in texts].count(0) == 2
