"""Browsers and TLS clients are answered in their own words, and nobody hears of them."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import FAILURE_S, TALKERS, Heard, Talker


@pytest.fixture(params=TALKERS)
def member(request: pytest.FixtureRequest, port: int) -> Iterator[Talker]:
    with TALKERS[request.param](port) as talker:
        yield talker


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_browser_is_refused_and_nothing_is_said(member: Talker, port: int, method: str) -> None:
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=FAILURE_S)
    browser.request(method, "/", body=b"said=hi" if method == "POST" else None)
    answer = browser.getresponse()
    assert answer.status == 501
    assert method == "HEAD" or b"huechat" in answer.read()
    browser.close()
    member.hears_nothing_more()


def test_a_request_that_comes_letter_by_letter_is_still_a_browsers(
    member: Talker, port: int
) -> None:
    with socket.create_connection(("127.0.0.1", port), FAILURE_S) as browser:
        browser.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for letter in (b"G", b"E", b"T", b" "):
            browser.send(letter)
        assert browser.recv(1024).startswith(b"HTTP/1.1 501 ")
    member.hears_nothing_more()


def test_a_tls_client_is_refused_with_an_alert_and_nothing_is_said(
    member: Talker, port: int
) -> None:
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", port), FAILURE_S) as sock,
        pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"),
    ):
        context.wrap_socket(sock, server_hostname="localhost")
    member.hears_nothing_more()


def test_someone_who_says_get_is_heard(member: Talker, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), FAILURE_S) as person:
        person.send(b"GET")  # and no more: after some silence it is a word like any other
        member.hears(Heard("blue", "GET"))
