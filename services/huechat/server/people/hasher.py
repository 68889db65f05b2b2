"""The hasher threads: what is done with passwords, slowly, on purpose."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, VerificationError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION

from huechat.chat.errors import RefusedError

RETRY_S: Final = 1.0
"""When to come back to a hasher that has too much to do: it does several a second."""

STOP_WITHIN_S: Final = 1.0
"""How long `stop` waits for what is being hashed. The process can end while it still is."""

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Hasher:
    """Hashes passwords, and compares them with hashes, by Argon2id, in threads of its own.

    `at_once`: how many threads, so how many hashes at a time; each takes 64 MiB and, on a common
    machine, 0.1 to 0.2 s of a processor. `most_waiting`: how many more may wait for their turn.
    `by`: what hashes, and at which cost; if not given, RFC 9106's second recommended option
    (section 4), for where memory is short.

    All methods may be called from any thread. Passwords are to come from `codes.check_password`,
    and are forgotten once the call is over.
    """

    def __init__(self, at_once: int, most_waiting: int, by: PasswordHasher | None = None) -> None:
        self._by = by or PasswordHasher()
        self._nobodys = _nobodys_hash(self._by)
        self._most = at_once + most_waiting
        self._lock = threading.Lock()  # guards the two below, and who puts jobs into the queue
        self._unfinished = 0
        self._stopping = False
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"hasher-{number}", daemon=True)
            for number in range(1, at_once + 1)
        ]
        for thread in self._threads:
            thread.start()

    def hash(self, password: str) -> str:
        """Return a hash of `password`, with its salt and its cost, to be stored. Blocks until then.

        Raises `RefusedError` if too much is waiting, or the hasher stops.
        """
        secret = _as_bytes(password)
        return self._do(lambda: self._by.hash(secret))

    def verify(self, stored: str | None, password: str) -> bool:
        """Return whether `stored` is a hash of `password`. Blocks until that is known.

        None, where there is no account, is compared at the same cost, and is no password's hash:
        neither the answer nor the time it takes tells which names have accounts.

        Raises `RefusedError` if too much is waiting, or the hasher stops, and `InvalidHashError`
        if `stored` never was a hash.
        """
        secret = _as_bytes(password)
        against = self._nobodys if stored is None else stored
        matches = self._do(lambda: self._matches(against, secret))
        return matches and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Return whether `stored` was made at another cost than new hashes are. Never blocks.

        Then hash the password anew once it was found to be right: only then it is known.
        Raises `InvalidHashError` if `stored` never was a hash.
        """
        return self._by.check_needs_rehash(stored)

    def stop(self) -> None:
        """End the threads; refuse what waits. Blocks while something is hashed, 1 s at the most."""
        with self._lock:
            self._stopping = True
            for _ in self._threads:
                self._jobs.put(None)
        deadline = time.monotonic() + STOP_WITHIN_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _do(self, work: Callable[[], Result]) -> Result:
        """Have a thread do `work`; return what comes of it, or raise."""
        job: Future[Result] = Future()
        with self._lock:
            if self._stopping:
                raise _stopping()
            if self._unfinished >= self._most:
                raise RefusedError("busy", "too many are logging in just now; try again", RETRY_S)
            self._unfinished += 1
            self._jobs.put((work, job))
        return job.result()

    def _run(self) -> None:
        while job := self._jobs.get():
            self._work(*job)
            del job  # it knows a password, and the next may not come for long

    def _work(self, work: Callable[[], Any], job: Future[Any]) -> None:
        """Do one piece of work, and let whoever waits for it go on."""
        try:
            result = self._attempt(work)
        except Exception as reason:  # noqa: BLE001 - it is raised where the work was asked for
            self._finished()
            job.set_exception(reason)
        else:
            self._finished()
            job.set_result(result)

    def _attempt(self, work: Callable[[], Any]) -> Any:
        if self._stopping:
            raise _stopping()
        try:
            return work()
        except (HashingError, VerificationError) as reason:  # no memory, no thread, a damaged hash
            log.error("a password cannot be hashed: %s", reason)  # noqa: TRY400 - it says all
            raise RefusedError(
                "busy", "the server cannot check passwords just now; try again", RETRY_S
            ) from None

    def _finished(self) -> None:
        """Make room for another, before whoever waited for this one can ask for it."""
        with self._lock:
            self._unfinished -= 1

    def _matches(self, stored: str, secret: bytes) -> bool:
        try:
            return self._by.verify(stored, secret)
        except VerifyMismatchError:
            return False


def _stopping() -> RefusedError:
    return RefusedError("busy", "the server is closing; connect again later", RETRY_S)


def _as_bytes(password: str) -> bytes:
    """Return what is hashed. Never raises: such an error would carry the password."""
    return password.encode(errors="surrogatepass")


def _nobodys_hash(by: PasswordHasher) -> str:
    """Return what costs as much to compare with as a hash by `by`, and is no password's.

    It is random where a hash has what came of the password. Hashing a random password would do
    as well, and take a hash's time and memory at each start.
    """
    salt, digest = (
        b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (by.salt_len, by.hash_len)
    )
    cost = f"m={by.memory_cost},t={by.time_cost},p={by.parallelism}"
    return f"$argon2{by.type.name.lower()}$v={ARGON2_VERSION}${cost}${salt}${digest}"
