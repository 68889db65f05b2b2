"""Passwords are hashed slowly, a few at a time, and told to nobody."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import argon2
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import HashingError, InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from huechat.chat.errors import RefusedError
from huechat.server.people import hasher as module
from huechat.server.people.hasher import Hasher

SERVICES = Path(__file__).parents[3] / "services"
SMALL_STACK = 128 * 1024
PATIENCE_S = 10.0


def cheap(**more: int) -> PasswordHasher:
    return PasswordHasher(**{"time_cost": 1, "memory_cost": 8, "parallelism": 1, **more})


class Gate(PasswordHasher):
    """Hashes nothing before it is opened, and knows how many it was asked to at a time."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.opened = threading.Event()
        self.asked = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.inside = self.most_inside = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self.lock:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
        self.asked.release()
        assert self.opened.wait(PATIENCE_S)
        with self.lock:
            self.inside -= 1
        return super().hash(password, salt=salt)

    def wait_until_asked(self, times: int) -> None:
        for _ in range(times):
            assert self.asked.acquire(timeout=PATIENCE_S)


class NotedQueue(SimpleQueue):
    """Knows what was put into it."""

    def __init__(self) -> None:
        self.puts = threading.Semaphore(0)

    def put(self, item, block=True, timeout=None) -> None:
        super().put(item, block, timeout)
        self.puts.release()

    def wait_until_put(self, times: int) -> None:
        for _ in range(times):
            assert self.puts.acquire(timeout=PATIENCE_S)


class Broken(PasswordHasher):
    """A machine that has no memory left."""

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        raise HashingError("Memory allocation error")

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        raise VerificationError("Memory allocation error")


@pytest.fixture
def hasher() -> Iterator[Hasher]:
    hasher = Hasher(2, 10, cheap())
    yield hasher
    hasher.stop()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


@pytest.fixture
def people() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(50) as pool:
        yield pool


@pytest.fixture
def small_stacks() -> Iterator[None]:
    before = threading.stack_size(SMALL_STACK)
    yield
    threading.stack_size(before)


def refusal(call, *arguments) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        call(*arguments)
    return refused.value


def hashers() -> list[str]:
    return sorted(one.name for one in threading.enumerate() if one.name.startswith("hasher-"))


@pytest.mark.parametrize("password", ["correct horse", "", "\0", "пароль", "x" * 100_000, "\ud800"])
def test_only_the_password_itself_is_right(hasher, password):
    stored = hasher.hash(password)
    assert hasher.verify(stored, password)
    assert not hasher.verify(stored, password + "x")


def test_no_two_hashes_are_alike(hasher):
    assert len({hasher.hash("correct horse") for _ in range(10)}) == 10


def test_by_default_the_profile_is_rfc_9106s_and_a_readers_stack_is_enough(small_stacks):
    hasher = Hasher(1, 0)
    try:
        stored = hasher.hash("correct horse")
        assert extract_parameters(stored) == RFC_9106_LOW_MEMORY
        assert hasher.verify(stored, "correct horse")
        assert not hasher.needs_rehash(stored)
    finally:
        hasher.stop()


def test_the_profile_is_what_rfc_9106_says():
    """Section 4, second recommended option: t=3, p=4, m=64 MiB, 128-bit salt, 256-bit tag."""
    found = extract_parameters(PasswordHasher().hash("x"))
    assert (found.type, found.version) == (argon2.Type.ID, 0x13)
    assert (found.time_cost, found.parallelism, found.memory_cost) == (3, 4, 64 * 1024)
    assert (found.salt_len, found.hash_len) == (16, 32)


def test_where_there_is_no_account_every_password_is_wrong(hasher, monkeypatch):
    assert not hasher.verify(None, "")
    assert not hasher.verify(None, "correct horse")
    monkeypatch.setattr(PasswordHasher, "verify", lambda *_: True)
    assert not hasher.verify(None, "one of 2^256 that happen to fit")


@pytest.mark.parametrize(
    "by",
    [cheap(), cheap(time_cost=2, memory_cost=64, parallelism=2), cheap(hash_len=4, salt_len=8)],
)
def test_that_there_is_no_account_costs_as_much_as_a_wrong_password(by, monkeypatch):
    """The very same work: argon2 is given a hash of the same parameters, and finds a mismatch."""
    compared = []
    real = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda self, h, p: (compared.append(h), real(self, h, p))[1]
    )
    hasher = Hasher(1, 0, by)
    stored = hasher.hash("correct horse")
    assert not hasher.verify(stored, "wrong")
    assert not hasher.verify(None, "wrong")
    hasher.stop()
    known, unknown = compared
    assert extract_parameters(unknown) == extract_parameters(known)
    assert len(unknown) == len(known)
    assert not hasher.needs_rehash(unknown)


def test_a_hash_of_another_cost_is_to_be_made_anew(hasher):
    dear = cheap(time_cost=2).hash("correct horse")
    assert hasher.needs_rehash(dear)
    assert hasher.verify(dear, "correct horse")
    assert not hasher.needs_rehash(hasher.hash("correct horse"))


def test_what_never_was_a_hash_is_an_error_and_not_a_wrong_password(hasher):
    with pytest.raises(InvalidHashError):
        hasher.verify("x", "correct horse")
    with pytest.raises(InvalidHashError):
        hasher.needs_rehash("x")


def test_so_many_are_hashed_at_once_and_no_more(gate, people):
    hasher = Hasher(3, 20, gate)
    asked = [people.submit(hasher.hash, "correct horse") for _ in range(20)]
    gate.wait_until_asked(3)
    gate.opened.set()
    assert {hasher.verify(one.result(PATIENCE_S), "correct horse") for one in asked} == {True}
    assert gate.most_inside == 3
    hasher.stop()


def test_so_many_wait_and_others_are_told_to_come_back(gate, people):
    hasher = Hasher(1, 2, gate)
    refused = threading.Semaphore(0)

    def ask() -> str:
        try:
            return hasher.hash("correct horse")
        except RefusedError as reason:
            refused.release()
            return f"{reason.code} {reason.retry_after_s}"

    asked = [people.submit(ask) for _ in range(10)]
    for _ in range(7):
        assert refused.acquire(timeout=PATIENCE_S)
    gate.opened.set()
    answers = [one.result(PATIENCE_S) for one in asked]
    assert answers.count("busy 1.0") == 7
    assert sum(answer.startswith("$argon2id$") for answer in answers) == 3
    assert hasher.hash("correct horse")
    hasher.stop()


def test_one_after_the_other_is_never_too_many(monkeypatch):
    """Room is made before an answer is given."""
    unfinished = []

    class NotedFuture(Future):
        def set_result(self, result) -> None:
            unfinished.append(hasher._unfinished)
            super().set_result(result)

        def set_exception(self, exception) -> None:
            unfinished.append(hasher._unfinished)
            super().set_exception(exception)

    monkeypatch.setattr(module, "Future", NotedFuture)
    hasher = Hasher(1, 0, cheap())
    assert hasher.hash("correct horse")
    with pytest.raises(InvalidHashError):
        hasher.verify("x", "correct horse")
    assert not hasher.verify(None, "correct horse")
    hasher.stop()
    assert unfinished == [0, 0, 0]


def test_the_threads_have_names_and_end():
    hasher = Hasher(3, 0, cheap())
    assert hashers() == ["hasher-1", "hasher-2", "hasher-3"]
    hasher.stop()
    hasher.stop()
    assert hashers() == []


def test_on_stopping_what_waits_is_refused_and_what_comes_later_too(gate, people, monkeypatch):
    monkeypatch.setattr(module, "SimpleQueue", NotedQueue)
    hasher = Hasher(1, 5, gate)
    first = people.submit(hasher.hash, "correct horse")
    gate.wait_until_asked(1)
    later = [people.submit(hasher.hash, "correct horse") for _ in range(5)]
    hasher._jobs.wait_until_put(6)
    stopping = people.submit(hasher.stop)
    hasher._jobs.wait_until_put(1)
    gate.opened.set()
    stopping.result(PATIENCE_S)
    assert first.result(PATIENCE_S).startswith("$argon2id$")
    closing = "the server is closing; connect again later"
    assert {str(one.exception(PATIENCE_S)) for one in later} == {closing}
    assert str(refusal(hasher.verify, None, "x")) == closing


def test_a_hash_that_takes_for_ever_does_not_keep_the_process():
    code = """if True:
        import argon2, threading
        from huechat.server.people import hasher as module
        class Stuck(argon2.PasswordHasher):
            def hash(self, password, *, salt=None):
                begun.set()
                threading.Event().wait()
        begun = threading.Event()
        module.STOP_WITHIN_S = 0.01
        hasher = module.Hasher(1, 1, Stuck())
        threading.Thread(target=hasher.hash, args=["x"], daemon=True).start()
        begun.wait()
        hasher.stop()
        print("over")
    """
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(SERVICES)!r})\n{code}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert done.stdout == "over\n"


def test_a_machine_without_memory_is_busy_and_no_password_is_wrong(caplog):
    hasher = Hasher(1, 0, Broken())
    stored = cheap().hash("correct horse")
    for refused in (refusal(hasher.hash, "s3cret"), refusal(hasher.verify, stored, "s3cret")):
        assert (refused.code, refused.retry_after_s) == ("busy", 1.0)
    hasher.stop()
    assert caplog.messages == ["a password cannot be hashed: Memory allocation error"] * 2


def test_a_thread_survives_what_it_cannot_do(hasher):
    for _ in range(5):
        with pytest.raises(InvalidHashError):
            hasher.verify("x", "correct horse")
    assert hashers() == ["hasher-1", "hasher-2"]
    assert hasher.verify(hasher.hash("correct horse"), "correct horse")


def test_no_password_is_told(caplog):
    """Not by a log, an error or a repr."""
    caplog.set_level(logging.DEBUG)
    hasher = Hasher(1, 0, Broken())
    told = [repr(hasher), repr(vars(hasher))]
    for call in (lambda: hasher.hash("s3cret"), lambda: hasher.verify(None, "s3cret")):
        reason = refusal(call)
        told += [repr(reason), str(reason), repr(vars(reason)), repr(reason.__cause__)]
    hasher.stop()
    assert "s3cret" not in "".join([*told, caplog.text])
