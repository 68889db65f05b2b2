"""What a word before the cursor may become."""

import unicodedata

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.utils import get_cwidth

from huechat.client.completion import ChatCompleter
from huechat.client.conversation import Conversation
from huechat.client.emoji_names import USUAL
from huechat.client.widths import SELECTOR
from huechat.protocol import LOBBY, Presence, RoomPlace, Welcome


@pytest.fixture
def talk():
    known = Conversation("", "blue")
    known.greet(Welcome(1, "ana", "red", "s", (RoomPlace(LOBBY, 1), RoomPlace("builds", 1))))
    known.note(Presence(LOBBY, 4, ("ana", "ben", "Benedict", "cyd")))
    return known


@pytest.fixture
def complete(talk):
    def completed(before: str, after: str = "") -> list[str]:
        document = Document(before + after, len(before))
        found = ChatCompleter(talk).get_completions(document, CompleteEvent())
        return [before[: len(before) + one.start_position] + one.text for one in found]

    return completed


@pytest.mark.parametrize(
    ("before", "completed"),
    [
        ("/his", ["/history "]),
        ("/HIS", ["/history "]),
        ("/g", ["/go "]),
        ("/cl", ["/clear "]),
        ("hi @be", ["hi @Benedict ", "hi @ben "]),
        ("be", ["Benedict ", "ben "]),
        ("in #bu", ["in #builds "]),
        ("/join bu", ["/join builds "]),
        ("/go lo", ["/go lobby "]),
        ("/color light_m", ["/color light_magenta "]),
        ("/msg cy", ["/msg cyd "]),
        ("/role ben mod", ["/role ben moderator "]),
        ("/role * ben mod", ["/role * ben moderator "]),
        ("/kick ben cy", []),
        ("/msg ben cy", ["/msg ben cyd "]),
        ("/join builds pri", ["/join builds private "]),
        ("/help joi", ["/help join "]),
        ("done :rock", ["done 🚀 ", "done 🪨 "]),
        (":heart_on_fi", []),  # of several signs: not all terminals show it alike
        ("10:30", []),
        ("http://x:ro", []),
        ("ana", []),
        ("", []),
        ("/nonsense be", []),
        (" /his", []),
    ],
)
def test_a_word_becomes_what_may_stand_there(complete, before, completed):
    assert complete(before) == completed


def test_what_is_behind_the_cursor_does_not_matter(complete):
    assert complete("@cy", " and @ben") == ["@cyd"]


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        ("/msg ", ["Benedict ", "ben ", "cyd "]),
        ("/join ", ["builds ", "lobby "]),
        ("/role ben ", ["member ", "moderator ", "owner ", "administrator "]),
        ("/who lobby ", []),
        ("hi ", []),
        ("", []),
    ],
)
def test_who_asks_is_offered_all_that_may_stand_there(talk, before, offered):
    asked = CompleteEvent(completion_requested=True)
    found = ChatCompleter(talk).get_completions(Document(before), asked)
    assert [one.text for one in found] == offered


def test_a_name_that_stands_there_already_is_not_offered(complete):
    assert complete("@cyd") == []


@pytest.mark.parametrize("begun", [*USUAL, *"+-0123456789abcdefghijklmnopqrstuvwxyz"])
def test_each_emoji_is_shown_as_wide_as_any_terminal_takes_it_for(begun):
    document = Document(f":{begun}", len(begun) + 1)
    found = ChatCompleter(Conversation("", "blue")).get_completions(document, CompleteEvent())
    for one in found:
        shown = fragment_list_to_text(one.display)
        sign = shown.partition(" ")[0]
        assert SELECTOR not in shown
        assert get_cwidth(sign) == (2 if unicodedata.east_asian_width(sign) == "W" else 1)
