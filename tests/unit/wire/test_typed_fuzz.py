"""Whatever is typed has a meaning, and one that the native wire could have had as well."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from huechat.protocol import AnyCommand, Bye, Done, Error, Say
from huechat.wire import Heard
from huechat.wire.arguments import Arguments
from huechat.wire.jsonlines import JsonLines, encode_line
from huechat.wire.plain import Plain
from huechat.wire.typed import VERBS, typed

words = st.sampled_from(["*", "private", "off", "10m", "9w", "1", "ana", "#a", "-", "everywhere"])
names = st.sampled_from([verb.name for verb in VERBS])
spaces = st.sampled_from([" ", "  ", "\t", "\u3000", "\x1f"])
arguments = st.lists(st.one_of(words, st.text(max_size=20), spaces)).map(" ".join)
commands = st.builds("/{}{}{}".format, names, spaces, arguments)
lines = st.one_of(st.text(min_size=1), st.text().map("/{}".format), commands)


@given(lines.filter(str.strip))
def test_every_line_means_something_that_the_native_wire_can_say_too(line):
    meaning = typed(line, map(str, count()))
    if isinstance(meaning, AnyCommand):
        assert JsonLines(2**24).receive(encode_line(meaning)) == [meaning]
    else:
        assert isinstance(meaning, Done | Bye | Error)


@given(st.text(min_size=1).filter(lambda line: line.strip() and not line.startswith("/")))
def test_what_does_not_begin_with_a_slash_is_said_as_it_is(line):
    assert typed(line, iter("a")) == Say("a", line, ".")


@given(st.text())
def test_words_are_taken_one_by_one_until_none_is_left(text):
    taken = Arguments(text)
    assert [taken.word("a word") for _ in text.split()] == text.split()
    assert taken.word_if_any("no more") == "no more"


@given(st.lists(lines.map(str.encode) | st.binary() | st.just(b"\n"), max_size=8))
def test_no_bytes_are_too_much_for_plain_text(parts):
    plain = Plain(200, "s")
    heard: Heard = plain.receive(b"\n")
    for part in parts:
        heard += plain.receive(part) + plain.quiet()
    heard += plain.end()
    ids = [one.id for one in heard if isinstance(one, Say)]
    assert len(ids) == len(set(ids))
