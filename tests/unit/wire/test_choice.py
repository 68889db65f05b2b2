"""The choice of a wire by a connection's first bytes."""

import json

import pytest

from huechat.protocol import HERE, Error, Hello, Ping, Pong, Say
from huechat.wire.choice import SILENCE_S, AnyWire
from huechat.wire.jsonlines import JsonLines
from huechat.wire.plain import LONE_BYTES_S, Plain
from huechat.wire.refusal import REQUEST_S, HttpRefusal, TlsRefusal

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"]
TLS_HELLO = bytes.fromhex("16030100d2010000ce0303")


@pytest.fixture
def wire():
    return AnyWire(1000, "s")


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"{", JsonLines),
        (b'{"type":"ping"}\n', JsonLines),
        (TLS_HELLO, TlsRefusal),
        (b"\x16", TlsRefusal),
        (b"hi\n", Plain),
        (b"h", Plain),
        (b" {", JsonLines),
        (b"\r\n{", JsonLines),
        (b"\xef\xbb\xbf{", JsonLines),
        (b"{ha}\n", JsonLines),
        (b" ha {", Plain),
        (b"\n", Plain),
        (b"[COLOR (red)] said -> hi", Plain),
        (b"[]", Plain),
        (b"get / HTTP/1.1\r\n", Plain),
        (b"GETTING up\n", Plain),
        (b"Good morning\n", Plain),
        (b"\xff\xfd\x06", Plain),
        (b"\0", Plain),
        *((f"{method} / HTTP/1.1\r\n".encode(), HttpRefusal) for method in METHODS),
    ],
)
def test_the_first_bytes_choose_the_wire(wire, first, kind):
    wire.receive(first)
    assert isinstance(wire.chosen, kind)


def test_what_chose_the_wire_is_not_lost(wire):
    assert wire.receive(b'{"type":"ping"}\n') == [Ping()]


@pytest.mark.parametrize("data", [b'{"type":"ping"}\n{', b"nonsense\n", b"\xff\n", b"x" * 2000])
def test_who_speaks_text_or_json_is_never_done_with(wire, data):
    wire.receive(data)
    wire.end()
    assert not wire.done


def test_later_bytes_change_no_choice(wire):
    wire.receive(b"hi\n")
    assert wire.receive(b'{"type":"ping"}\n') == [Say("s-2", '{"type":"ping"}', HERE)]


def test_nothing_is_chosen_before_anything_came(wire):
    assert wire.chosen is None
    assert not wire.done
    assert wire.encode([Error("empty", "")]) == [b""]


def test_silence_chooses_plain_text(wire):
    assert wire.patience_s == SILENCE_S
    assert wire.quiet() == [Hello(v=1)]
    assert isinstance(wire.chosen, Plain)
    assert wire.patience_s is None


def test_blank_before_json_is_passed_over(wire):
    assert wire.receive(b'\xef\xbb\xbf \n{"type":"ping"}\n') == [Ping()]


@pytest.mark.parametrize("before", [b"", b"\n", b" \r\n\t"])
@pytest.mark.parametrize("late", [b'{"type":"login"', b'{ "id":"1"', b"{", b' \n{"type":"ping"}\n'])
def test_json_that_comes_after_a_silence_is_not_said_and_the_end(wire, before, late):
    assert wire.quiet() == [Hello(v=1)]
    assert wire.receive(before) == []
    (reason,) = wire.receive(late)
    assert (reason.code, wire.done) == ("too_late", True)
    assert wire.receive(b'","password":"s3cret"}\n') + wire.quiet() + wire.end() == []
    (line,) = wire.encode([reason])
    assert json.loads(line)["code"] == "too_late"


@pytest.mark.parametrize("first", [b"{}\n", b"{ha}\n", b'say "{"\n'])
def test_other_words_with_brackets_after_a_silence_are_said(wire, first):
    wire.quiet()
    assert wire.receive(first) == [Say("s-1", first.decode().strip(), HERE)]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_comes_byte_by_byte_is_waited_for(wire, method):
    for letter in method:
        assert wire.receive(letter.encode()) == []
        assert (wire.chosen, wire.patience_s) == (None, SILENCE_S)
    assert wire.receive(b" / HTTP/1.1\r\n") == []
    (reason,) = wire.receive(b"\r\n")
    assert (reason.code, wire.done) == ("unsupported", True)


def test_a_request_is_answered_once_its_body_is_there(wire):
    assert wire.receive(b"POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\nsaid") == []
    (reason,) = wire.receive(b"=hi")
    assert (reason.code, wire.done) == ("unsupported", True)
    assert wire.receive(b"more") == []


@pytest.mark.parametrize("rest", [b"/", b"/ HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"])
def test_a_request_that_does_not_go_on_is_answered_anyway(wire, rest):
    assert wire.receive(b"GET " + rest) == []
    assert wire.patience_s == REQUEST_S
    (reason,) = wire.quiet()
    assert (reason.code, wire.done) == ("unsupported", True)


def test_a_request_without_end_is_answered_before_it_takes_much_memory(wire):
    (reason,) = wire.receive(b"GET /" + b"x" * 20_000)
    assert (reason.code, wire.done) == ("unsupported", True)


def test_a_word_that_only_began_like_a_method_is_text(wire):
    assert wire.receive(b"GE") == []
    assert wire.receive(b"RONIMO\n") == [Hello(v=1), Say("s-1", "GERONIMO", HERE)]


def test_silence_after_the_first_letters_of_a_method_makes_them_text(wire):
    wire.receive(b"PUT")
    assert wire.quiet() == [Hello(v=1)]
    assert wire.patience_s == LONE_BYTES_S
    assert wire.quiet() == [Say("s-1", "PUT", HERE)]


def test_the_end_after_the_first_letters_of_a_method_makes_them_text(wire):
    wire.receive(b"PUT")
    assert wire.end() == [Hello(v=1), Say("s-1", "PUT", HERE)]


def test_someone_who_says_nothing_at_all_was_never_here(wire):
    assert wire.end() == []


def test_a_browser_is_answered_in_http_and_is_done_with(wire):
    (reason,) = wire.receive(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    (response,) = wire.encode([reason])
    head, body = response.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 501 Not Implemented\r\n")
    assert b"Connection: close" in head.split(b"\r\n")  # its end is the body's
    assert b"nc HOST PORT" in body
    assert wire.done


def test_a_tls_client_is_answered_with_an_alert_and_is_done_with(wire):
    (reason,) = wire.receive(TLS_HELLO)
    content_type, fatal, handshake_failure = 21, 2, 40  # RFC 8446, section 6
    (record,) = wire.encode([reason])
    assert (record[0], record[5], record[6]) == (content_type, fatal, handshake_failure)
    assert int.from_bytes(record[3:5]) == len(record[5:])
    assert wire.done


@pytest.mark.parametrize("first", [b"GET / HTTP/1.1\r\n", TLS_HELLO])
def test_one_who_is_refused_says_nothing_in_the_chat(wire, first):
    heard = wire.receive(first) + wire.receive(b"") + wire.quiet() + wire.end()
    assert [type(one) for one in heard] == [Error]
    assert wire.encode([Pong()]) == [b""]
