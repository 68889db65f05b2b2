"""Nothing is told of what those say whom one has blocked, whatever way it would take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.protocol import NEWEST

pytestmark = pytest.mark.usefixtures("cheap_passwords")

PASSWORD = "correct-horse-battery"
Three = tuple[Talker, JsonTalker, JsonTalker]


@pytest.fixture(params=TALKERS)
def three(request: pytest.FixtureRequest, port: int) -> Iterator[Three]:
    """Give ana, who will block ben, and cyd, whom nobody blocks."""
    with (
        TALKERS[request.param](port, "blue", "ana") as ana,
        JsonTalker(port, name="ben") as ben,
        JsonTalker(port, name="cyd") as cyd,
    ):
        yield ana, ben, cyd


def blocks(talker: Talker, name: str, *all_names: str) -> None:
    """Block somebody; `all_names` are blocked then."""
    talker.does(f"/block {name}", type="block", name=name)
    _has_blocked(talker, *all_names)


def unblocks(talker: Talker, name: str, *all_names: str, gone: str = "") -> None:
    """Unblock somebody, who is called `gone`; `all_names` are blocked still."""
    talker.does(f"/unblock {name}", type="block", name=name, on=False)
    gone = f"{gone or name} is not blocked any more."
    still = f" Still blocked: {', '.join(all_names)}." if all_names else ""
    _has_blocked(talker, *all_names, told=f"{gone}{still}")


def _has_blocked(talker: Talker, *names: str, told: str = "") -> None:
    if isinstance(talker, JsonTalker):
        assert talker.event("blocked")["names"] == list(names)
    if isinstance(talker, PlainTalker):
        talker.reads(told or f"You have blocked {', '.join(names) or 'nobody'}.")


def registers(talker: JsonTalker) -> str:
    talker.ask(type="register", password=PASSWORD)
    token = str(talker.event("token")["token"])
    talker.event("you")
    return token


def by(name: str, text: str) -> Heard:
    return Heard("blue", text, name)


def says_and_all_is_stored(talker: JsonTalker, *texts: str) -> None:
    for text in texts:
        talker.says_here(text)
    talker.hears_nothing_more()


def test_what_somebody_says_who_is_blocked_is_not_heard(three: Three) -> None:
    ana, ben, cyd = three
    blocks(ana, "ben", "ben")
    ben.says("boo")
    cyd.hears(by("ben", "boo"))
    cyd.says("hi")
    ana.hears(by("cyd", "hi"))
    ana.hears_nothing_more()
    ben.hears(by("cyd", "hi"))
    ana.says("mine")
    ben.hears(by("ana", "mine"))


def test_what_they_do_to_messages_is_not_heard_nor_what_others_quote_of_them(
    three: Three,
) -> None:
    ana, ben, cyd = three
    says_and_all_is_stored(ben, "boo")
    ana.hears(by("ben", "boo"))
    cyd.hears(by("ben", "boo"))
    blocks(ana, "ben", "ben")
    ben.ask(type="edit", id="e1", text="boo!")
    ben.ask(type="react", id="r1", emoji="👍")
    ben.ask(type="topic", id="t1", text="boo!", room="lobby")
    ben.error("not_allowed")
    cyd.event("edit")
    cyd.event("react")
    cyd.ask(type="react", id="r2", emoji="👍", seq=1)
    cyd.ask(type="say", id="s2", text="why?", reply=1)
    cyd.ask(type="say", id="s3", text="hi")
    if isinstance(ana, JsonTalker):
        answer = ana.event("message")
        assert (answer["text"], answer.get("about", ""), answer["reply"]) == ("why?", "", 1)
        ana.hears(by("cyd", "hi"))
    else:
        ana.hears(by("cyd", "why?"), by("cyd", "hi"))
    ana.hears_nothing_more()


def test_who_is_unblocked_is_heard_again(three: Three) -> None:
    ana, ben, cyd = three
    blocks(ana, "ben", "ben")
    says_and_all_is_stored(ben, "one")
    cyd.hears(by("ben", "one"))
    unblocks(ana, "ben")
    ben.says("two")
    ana.hears(by("ben", "two"))
    if isinstance(ana, JsonTalker):
        page = ana.answer("history", type="history")
        assert [one["text"] for one in page["messages"]] == ["one", "two"]
    if isinstance(ana, PlainTalker):
        ana.types("/history")
        ana.reads("Said in #lobby (in UTC):")
        assert ana.line().endswith(b"said -> one\n")
        assert ana.line().endswith(b"said -> two\n")


def test_several_are_blocked_and_listed(three: Three) -> None:
    ana, ben, cyd = three
    _ = ben, cyd
    blocks(ana, "cyd", "cyd")
    blocks(ana, "BEN", "ben", "cyd")
    blocks(ana, "@ben", "ben", "cyd")
    ana.does("/block", type="block")
    _has_blocked(ana, "ben", "cyd")
    unblocks(ana, "@Cyd", "ben", gone="cyd")
    ana.does("/unblock nobody", type="block", name="nobody", on=False)
    _has_blocked(ana, "ben", told="Nobody of that name was blocked. Still blocked: ben.")
    unblocks(ana, "ben")


@pytest.mark.parametrize("written", ["@ben", "Ben", "bеn", "@BEN"])
def test_however_the_name_is_written(three: Three, written: str) -> None:
    ana, ben, cyd = three
    blocks(ana, written, "ben")
    says_and_all_is_stored(ben, "boo")
    cyd.hears(by("ben", "boo"))
    ana.hears_nothing_more()


def test_one_blocks_neither_oneself_nor_nobody(three: Three) -> None:
    ana, *_ = three
    ana.does("/block ana", type="block", name="ana")
    ana.is_refused("not_allowed", "that is yourself: block somebody else")
    ana.does("/block dan", type="block", name="dan")
    ana.is_refused("no_such_person", "there is nobody called dan here")
    ana.does("/block", type="block")
    _has_blocked(ana)


def test_what_is_answered_as_the_newest_is_not_theirs(three: Three) -> None:
    ana, ben, cyd = three
    blocks(ana, "ben", "ben")
    says_and_all_is_stored(cyd, "seen")
    ana.hears(by("cyd", "seen"))
    ben.hears(by("cyd", "seen"))
    says_and_all_is_stored(ben, "hidden")
    cyd.hears(by("ben", "hidden"))
    ana.does("/reply yes", type="say", text="yes", reply=NEWEST)
    assert cyd.event("message")["about"] == "cyd: seen"
    cyd.says("again")
    ana.does("/react 👍", type="react", emoji="👍")
    assert cyd.event("react")["about"] == "cyd: again"


def test_looking_back_does_not_show_them(three: Three) -> None:
    ana, ben, cyd = three
    ana.joins("builds")
    ben.joins("builds")
    cyd.joins("builds")
    blocks(ana, "ben", "ben")
    says_and_all_is_stored(ben, "boo bread")
    cyd.hears(by("ben", "boo bread"))
    says_and_all_is_stored(cyd, "more bread")
    ana.hears_in("builds", by("cyd", "more bread"))
    if isinstance(ana, JsonTalker):
        for kind, command in (
            ("history", {}),
            ("history", {"after": 0}),
            ("found", {"type": "search", "text": "bread"}),
        ):
            page = ana.answer(kind, **{"type": kind, "room": "builds", **command})
            assert [one["text"] for one in page["messages"]] == ["more bread"]
    if isinstance(ana, PlainTalker):
        ana.types("/history", "/search bread")
        ana.reads("Said in #builds (in UTC):")
        assert ana.line().endswith(b" cyd [COLOR (blue)] said -> more bread\n")
        ana.reads("Found in #builds, newest first (in UTC):")
        assert ana.line().endswith(b" cyd [COLOR (blue)] said -> more bread\n")
    ana.leaves("builds")
    ana.joins("builds")
    ana.hears_in("builds", by("cyd", "more bread"))
    ana.hears_nothing_more()


def test_what_is_asked_in_the_same_write_as_blocking_does_not_show_them(port: int) -> None:
    with JsonTalker(port, name="ben") as ben, JsonTalker(port, name="ana") as ana:
        says_and_all_is_stored(ben, "boo")
        ana.hears(by("ben", "boo"))
        ana.send(b'{"type":"block","name":"ben"}\n{"type":"history"}\n')
        assert ana.event("blocked")["names"] == ["ben"]
        assert ana.event("history")["messages"] == []


@pytest.mark.parametrize("wire", TALKERS)
def test_who_is_blocked_cannot_write_to_one_alone(port: int, wire: str) -> None:
    with JsonTalker(port, name="ana") as ana, TALKERS[wire](port, "blue", "ben") as ben:
        ben.does("/msg ana hi", type="say", to="ana", text="hi")
        ana.event("joined")
        ana.hears_in("(private)", by("ben", "hi"))
        if isinstance(ben, JsonTalker):
            ben.event("joined")
        if isinstance(ben, PlainTalker):
            ben.reads("You are also in (private) with ana")
        blocks(ana, "ben", "ben")
        for text in ("boo", "again"):
            ben.does(f"/msg ana {text}", type="say", to="ana", text=text)
            ben.is_refused("blocked", "they do not want to be written to by you")
        ben.says_here("in the room of the two")
        if isinstance(ben, JsonTalker):
            room = next(ack["room"] for ack in ben.acks)
            ben.does("", type="edit", text="boo", room=room)
            ben.is_refused("blocked", "they do not want to be written to by you")
        ana.hears_nothing_more()


def test_a_stranger_who_is_blocked_makes_no_room_with_one(three: Three) -> None:
    ana, ben, cyd = three
    blocks(ana, "ben", "ben")
    ben.ask(type="say", id="1", to="ana", text="boo")
    ben.is_refused("blocked", "they do not want to be written to by you")
    ben.hears_nothing_more()
    ana.hears_nothing_more()
    cyd.ask(type="say", id="1", to="ana", text="hi")
    cyd.event("joined")
    if isinstance(ana, JsonTalker):
        ana.event("joined")
    if isinstance(ana, PlainTalker):
        ana.reads("You are also in (private) with cyd")
    ana.hears_in("(private)", by("cyd", "hi"))


def test_what_an_account_blocks_is_blocked_on_all_its_connections(port: int) -> None:
    with (
        JsonTalker(port, name="ana") as ana,
        JsonTalker(port, name="ben") as ben,
        JsonTalker(port, name="cyd") as cyd,
    ):
        token = registers(ana)
        with JsonTalker(port, token=token) as other:
            blocks(ana, "ben", "ben")
            says_and_all_is_stored(ben, "boo")
            cyd.hears(by("ben", "boo"))
            says_and_all_is_stored(cyd, "hi")
            ben.hears(by("cyd", "hi"))
            for each in (ana, other):
                each.hears(by("cyd", "hi"))
            other.ask(type="block")
            _has_blocked(other, "ben")
            unblocks(other, "ben")
            ben.says("two")
            for each in (ana, other):
                each.hears(by("ben", "two"))


def test_what_an_account_blocked_is_blocked_when_it_comes_back(tmp_path: Path) -> None:
    settings = ServerSettings(messages_per_s=0, data=str(tmp_path / "data"))
    with ChatServer(port=0, settings=settings) as server, ExitStack() as leaving:
        ana = leaving.enter_context(JsonTalker(server.port, name="ana"))
        ben = leaving.enter_context(JsonTalker(server.port, name="ben"))
        cyd = leaving.enter_context(JsonTalker(server.port, name="cyd"))
        token = registers(ana)
        blocks(ana, "ben", "ben")
        says_and_all_is_stored(ben, "boo")
        cyd.hears(by("ben", "boo"))
        says_and_all_is_stored(cyd, "hi")
    with ChatServer(port=0, settings=settings) as server, ExitStack() as leaving:
        back = leaving.enter_context(JsonTalker(server.port, token=token))
        resumed = leaving.enter_context(JsonTalker(server.port, token=token, resume={"lobby": 0}))
        login = leaving.enter_context(JsonTalker(server.port, name="dan", history=0))
        login.ask(type="login", name="ana", password=PASSWORD)
        login.event("token")
        login.event("you")
        ben = leaving.enter_context(JsonTalker(server.port, name="ben", history=0))
        ben.says("boo")
        ben.hears_nothing_more()
        for each in (back, resumed):
            each.hears(by("cyd", "hi"))
        for each in (back, resumed, login):
            each.ask(type="block")
            _has_blocked(each, "ben")
            each.hears_nothing_more()


def test_who_logs_out_has_not_blocked_whom_the_account_blocked(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        registers(ana)
        blocks(ana, "ben", "ben")
        ana.ask(type="logout")
        ana.event("you")
        ana.ask(type="block")
        _has_blocked(ana)
        ben.says("hi")
        ana.hears(by("ben", "hi"))


def test_a_guest_with_two_connections_blocks_on_both(port: int) -> None:
    with JsonTalker(port, name="ana") as ana, JsonTalker(port, name="ben") as ben:
        session = ana.welcome["session"]
        with JsonTalker(port, name="ana", session=session) as other:
            blocks(ana, "ben", "ben")
            with JsonTalker(port, name="ana", session=session) as third:
                ben.says("boo")
                ben.hears_nothing_more()
                for each in (ana, other, third):
                    each.ask(type="block")
                    _has_blocked(each, "ben")
                    each.hears_nothing_more()
                unblocks(third, "ben")
                ben.says("hi")
                for each in (ana, other, third):
                    each.hears(by("ben", "hi"))


def test_a_slow_reader_who_is_fed_from_the_disk_is_told_nothing_of_them(tmp_path: Path) -> None:
    """The tail has the newest only: what the slow one is behind comes from the store."""
    settings = ServerSettings(messages_per_s=0, tail_bytes=64 * 1024, data=str(tmp_path / "data"))
    long = "z" * 20_000
    with (
        ChatServer(port=0, settings=settings) as server,
        JsonTalker(server.port, name="ana", receive_buffer=4096) as ana,
        JsonTalker(server.port, name="ben") as ben,
        JsonTalker(server.port, name="cyd") as cyd,
    ):
        token = registers(ana)
        blocks(ana, "ben", "ben")
        for number in range(60):
            ben.says(f"{number} {long}")
            cyd.event("message")
            cyd.says(f"{number} {long}")
            ben.event("message")
        cyd.hears_nothing_more()
        with JsonTalker(server.port, token=token, resume={"lobby": 0}) as behind:
            for each in (ana, behind):
                for number in range(60):
                    assert each.next_heard() == by("cyd", f"{number} {long}")
                each.hears_nothing_more()


def test_no_limit_is_on_how_long_a_name_is_that_nobody_has(port: int) -> None:
    with JsonTalker(port, name="ana") as ana:
        ana.ask(type="block", name="x" * 10_000)
        ana.error("no_such_person")
        ana.ask(type="block", name="x" * 10_000, on=False)
        _has_blocked(ana)
