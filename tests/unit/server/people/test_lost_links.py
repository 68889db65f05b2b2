"""What is remembered of whose connection ended, and for how many."""

from huechat.chat.people import Person
from huechat.server.people.lost_links import LostLinks


def person(session: str, away: str | None = None) -> Person:
    return Person(session, "ana", "red", away=away)


def test_who_comes_back_with_the_session_is_away_and_has_blocked_whom_they_had():
    links = LostLinks()
    links.remember(person("s", "lunch"), {"ben": "Ben"})
    assert links.away(person("s")) == "lunch"
    assert links.blocked(person("s")) == {"ben": "Ben"}
    assert (links.away(person("t")), links.blocked(person("t"))) == (None, {})


def test_what_was_so_last_counts():
    links = LostLinks()
    links.remember(person("s", "lunch"), {"ben": "Ben"})
    links.remember(person("s"), {})
    assert (links.away(person("s")), links.blocked(person("s"))) == (None, {})


def test_who_is_back_is_back_on_all_lost_connections():
    links = LostLinks()
    links.remember(person("s", "lunch"), {})
    links.remember(person("t", "tea"), {})
    links.change_away(person("s").identity, None)
    assert (links.away(person("s")), links.away(person("t"))) == (None, "tea")


def test_of_too_much_what_is_oldest_goes_first():
    links = LostLinks(most=5)
    links.remember(person("a", "tea"), {})
    links.remember(person("b", "tea"), {"x": "x", "y": "y"})
    assert links.away(person("a")) == "tea"
    links.remember(person("c"), {"z": "z"})
    assert [links.away(person(one)) for one in "ab"] == [None, "tea"]
    links.remember(person("a", "tea"), {})
    assert links.blocked(person("b")) == {}
    assert links.blocked(person("c")) == {"z": "z"}
