"""How often somebody may be wrong about a password."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import Clock

from huechat.chat.errors import RefusedError
from huechat.server.people.login_limits import FORGET_S, LOST_S, LoginLimits

DAY_S = 86_400.0
WAITS = [0.0] * 6 + [1.0, 2, 4, 8, 16, 32]
"""Before each of the first guesses at an account; a minute before each of the others."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock) -> LoginLimits:
    return LoginLimits(clock=clock)


def wait_s(limits: LoginLimits, account: str, address: str) -> float:
    """How long one who logs in now must wait; 0: they are let in."""
    try:
        limits.admit(account, address)
    except RefusedError as reason:
        return reason.retry_after_s
    return 0.0


def guess(limits: LoginLimits, account: str, address: str) -> float:
    """Be wrong about a password, if one may; return how long one must wait."""
    wait = wait_s(limits, account, address)
    if not wait:
        limits.failed(account, address)
    return wait


def fail(limits: LoginLimits, clock: Clock, times: int, account: str, address: str) -> None:
    """Be wrong so many times, as soon as one may each time."""
    while times:
        wait = guess(limits, account, address)
        clock.now += wait
        times -= not wait


def addresses() -> Callable[[], str]:
    """An attacker with as many addresses as they like."""
    numbers = count(1)
    return lambda: f"10.{next(numbers)}"


def test_five_wrong_passwords_cost_nothing_and_then_each_doubles_the_wait(limits, clock):
    fresh = addresses()
    for expected in [*WAITS, 60.0, 60.0, 60.0]:
        if expected:
            assert guess(limits, "ana", fresh()) == pytest.approx(expected)
            clock.now += expected
        assert guess(limits, "ana", fresh()) == 0


def test_an_address_waits_longer_and_after_more(limits, clock):
    assert {guess(limits, f"person{number}", "10.0.0.1") for number in range(21)} == {0}
    for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]:
        assert guess(limits, "ana", "10.0.0.1") == pytest.approx(expected)
        clock.now += expected
        assert guess(limits, f"after{expected}{clock.now}", "10.0.0.1") == 0


def test_another_account_and_another_address_do_not_wait(limits, clock):
    fail(limits, clock, 10, "ana", "10.0.0.1")
    assert wait_s(limits, "ana", "10.0.0.2") > 0
    assert wait_s(limits, "bo", "10.0.0.1") == 0


def test_one_is_told_in_a_sentence_how_long_to_wait(limits, clock):
    fail(limits, clock, 8, "ana", "10.0.0.1")
    clock.now += 0.5
    with pytest.raises(RefusedError, match=r"try again in 4 s$") as refused:
        limits.admit("ana", "10.0.0.1")
    assert refused.value.code == "rate_limited"
    assert refused.value.retry_after_s == pytest.approx(3.5)


def test_the_longer_of_two_waits_is_told(limits, clock):
    fail(limits, clock, 8, "ana", "10.0.0.1")
    fail(limits, clock, 30, "bo", "10.0.0.2")
    fail(limits, clock, 1, "ana", "10.0.0.1")
    account_s, address_s = wait_s(limits, "ana", "10.0.0.3"), wait_s(limits, "cy", "10.0.0.2")
    assert 0 < account_s < address_s
    assert wait_s(limits, "ana", "10.0.0.2") == address_s


def test_asking_during_the_wait_costs_nothing(limits, clock):
    fail(limits, clock, 9, "ana", "10.0.0.1")
    for left in (8, 6, 4, 2):
        assert wait_s(limits, "ana", "10.0.0.1") == pytest.approx(left)
        clock.now += 2
    assert guess(limits, "ana", "10.0.0.1") == 0
    assert wait_s(limits, "ana", "10.0.0.1") == pytest.approx(16)


def test_failures_are_forgotten_after_an_hour_without_one(limits, clock):
    fail(limits, clock, 10, "ana", "10.0.0.1")
    clock.now += FORGET_S - 1
    fail(limits, clock, 1, "ana", "10.0.0.1")
    assert wait_s(limits, "ana", "10.0.0.1") == pytest.approx(32)
    clock.now += FORGET_S
    assert [guess(limits, "ana", "10.0.0.1") for _ in range(6)] == [0] * 6
    assert guess(limits, "ana", "10.0.0.1") == pytest.approx(1)


def test_right_passwords_do_not_keep_wrong_ones_remembered(limits, clock):
    """Behind a school's address somebody always logs in."""
    names = map(str, count())
    for _ in range(25):
        fail(limits, clock, 1, next(names), "10.0.0.1")
    for _ in range(70):
        clock.now += 60
        name = next(names)
        assert wait_s(limits, name, "10.0.0.1") == 0
        limits.succeeded(name, "10.0.0.1")
    assert {guess(limits, next(names), "10.0.0.1") for _ in range(21)} == {0}


def test_a_right_password_clears_the_account(limits, clock):
    fail(limits, clock, 10, "ana", "10.0.0.1")
    clock.now += 60
    limits.admit("ana", "10.0.0.2")
    limits.succeeded("ana", "10.0.0.2")
    assert [guess(limits, "ana", "10.0.0.2") for _ in range(6)] == [0] * 6


def test_who_owns_an_account_waits_for_their_guesses_at_others():
    def guesses(with_own: bool) -> int:
        clock = Clock()
        limits = LoginLimits(clock=clock)
        names, done, end = map(str, count()), 0, clock.now + 3000
        while clock.now < end:
            if with_own and not wait_s(limits, "own", "10.0.0.1"):
                limits.succeeded("own", "10.0.0.1")
            wait = guess(limits, next(names), "10.0.0.1")
            clock.now += wait
            done += not wait
        return done

    assert guesses(with_own=True) == guesses(with_own=False)


def test_right_passwords_never_wait_however_many_and_one_after_the_other(limits):
    for number in range(1000):
        limits.admit(str(number), "10.0.0.1")
        limits.succeeded(str(number), "10.0.0.1")
        limits.admit("ana", "10.0.0.1")
        limits.succeeded("ana", "10.0.0.1")
    assert limits.remembered == 0


def test_a_right_password_costs_an_address_that_failed_no_wait(limits, clock):
    for name in map(str, range(30)):
        fail(limits, clock, 1, name, "10.0.0.1")
    clock.now += wait_s(limits, "ana", "10.0.0.1")
    for _ in range(10):
        assert wait_s(limits, "ana", "10.0.0.1") == 0
        limits.succeeded("ana", "10.0.0.1")


def test_a_login_that_came_to_nothing_costs_nothing(limits, clock):
    for _ in range(100):
        limits.admit("ana", "10.0.0.1")
        limits.withdrawn("ana", "10.0.0.1")
    assert limits.remembered == 0
    fail(limits, clock, 7, "ana", "10.0.0.1")
    clock.now += 2
    limits.admit("ana", "10.0.0.1")
    limits.withdrawn("ana", "10.0.0.1")
    assert guess(limits, "ana", "10.0.0.1") == 0
    assert wait_s(limits, "ana", "10.0.0.1") == pytest.approx(4)


def test_what_is_under_way_counts_as_failed_until_it_is_known(limits):
    assert [wait_s(limits, "ana", "10.0.0.1") for _ in range(8)] == [0] * 6 + [1] * 2
    limits.succeeded("ana", "10.0.0.1")
    assert [wait_s(limits, "ana", "10.0.0.1") for _ in range(2)] == [0, 1]


def test_once_one_must_wait_there_is_one_guess_at_a_time(limits, clock):
    fail(limits, clock, 8, "ana", "10.0.0.1")
    clock.now += 4
    assert [wait_s(limits, "ana", "10.0.0.1") for _ in range(3)] == [0, 1, 1]
    clock.now += 50
    assert wait_s(limits, "ana", "10.0.0.1") == 1
    limits.failed("ana", "10.0.0.1")
    assert wait_s(limits, "ana", "10.0.0.1") == pytest.approx(8)


def test_a_success_does_not_make_room_for_others_that_are_under_way(limits):
    """Else five guesses beside each login of the owner would cost nothing."""
    for _ in range(6):
        limits.admit("ana", "10.0.0.1")
    limits.succeeded("ana", "10.0.0.1")
    for _ in range(5):
        limits.failed("ana", "10.0.0.1")
    assert [guess(limits, "ana", "10.0.0.1") for _ in range(2)] == [0, 1]


def test_a_login_of_which_nobody_hears_again_counts_as_failed_and_bars_nobody(limits, clock):
    for _ in range(6):
        limits.admit("ana", "10.0.0.1")
    clock.now += LOST_S - 1
    assert wait_s(limits, "ana", "10.0.0.1") == 1
    clock.now += 1
    assert guess(limits, "ana", "10.0.0.1") == 0
    assert wait_s(limits, "ana", "10.0.0.1") == pytest.approx(2)
    limits.succeeded("ana", "10.0.0.1")  # it comes after all
    assert wait_s(limits, "ana", "10.0.0.1") == 0


def test_a_hundred_threads_get_as_many_guesses_as_one(limits):
    together = threading.Barrier(100)

    def one(_: int) -> bool:
        together.wait()
        return not wait_s(limits, "ana", "10.0.0.1")

    with ThreadPoolExecutor(100) as pool:
        assert sum(pool.map(one, range(100))) == 6


def test_threads_that_report_get_no_more_than_one_would(limits, clock):
    """Each guesses as fast as it can; the clock stands still."""
    together = threading.Barrier(20)

    def one(number: int) -> int:
        together.wait()
        return sum(not guess(limits, "ana", f"10.{number}.{i}") for i in range(50))

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(one, range(20))) == 6
    assert wait_s(limits, "ana", "10.0.0.1") == pytest.approx(1)


Attack = Callable[[LoginLimits], float]
"""One guess; returns how long to wait for it. See `guess`."""

_numbers = count(1)


def at_one_account(limits: LoginLimits) -> float:
    """With as many addresses as one likes."""
    return guess(limits, "ana", f"2001:db8:0:{next(_numbers) % 65536:x}::1")


def at_one_account_from_one_address(limits: LoginLimits) -> float:
    return guess(limits, "ana", "10.0.0.1")


def at_all_accounts_from_one_address(limits: LoginLimits) -> float:
    return guess(limits, f"person{next(_numbers)}", "10.0.0.1")


def guesses_in_a_day(attack: Attack, rest_after: int = 10**6) -> int:
    """How many guesses one gets, each as soon as one may, or after an hour's rest, if so many."""
    clock = Clock()
    limits = LoginLimits(clock=clock)
    end, guesses, since_rest = clock.now + DAY_S, 0, 0
    while clock.now < end:
        wait = attack(limits) if since_rest < rest_after else FORGET_S
        clock.now += wait
        guesses += not wait
        since_rest = 0 if wait == FORGET_S else since_rest + (not wait)
    return guesses


@pytest.mark.parametrize(
    ("attack", "straight", "best", "rests"),
    [
        (at_one_account, 1450, 1450, (5, 6, 9, 12, 30)),
        (at_one_account_from_one_address, 130, 550, range(26, 32)),
        (at_all_accounts_from_one_address, 130, 700, range(24, 32)),
    ],
)
def test_a_day_of_guessing(attack, straight, best, rests):
    """Whoever never stops gets `straight` guesses; whoever rests when it pays to gets `best`."""
    never_resting = guesses_in_a_day(attack)
    assert 0.95 * straight < never_resting <= straight
    resting = [guesses_in_a_day(attack, after) for after in rests]
    assert 0.95 * best < max(never_resting, *resting) <= best


STEPS = st.one_of(
    st.just("guess"),
    st.just("own"),
    st.just("withdraw"),
    st.sampled_from(["wrong", "right"]),
    st.floats(0.01, 100),
)


@given(st.lists(STEPS, max_size=80))
def test_nothing_one_does_side_by_side_gives_more_guesses_than_one_after_the_other(steps):
    """One guesses at many accounts from an address, and logs in to one's own meanwhile."""
    clock = Clock()
    limits = LoginLimits(free=2, free_address=2, max_wait_address_s=20, clock=clock)
    waits = [0.0] * 3 + [1.0, 2, 4, 8, 16] + [20.0] * 500
    names, guessing, own, guesses, start = map(str, count()), [], 0, 0, clock.now
    for step in steps:
        if isinstance(step, float):
            clock.now += step
        elif step == "guess":
            name = next(names)
            if not wait_s(limits, name, "10.0.0.1"):
                guessing.append(name)
                guesses += 1
        elif step == "own":
            own += not wait_s(limits, "own", "10.0.0.1")
        elif step == "wrong" and guessing:
            limits.failed(guessing.pop(), "10.0.0.1")
        elif own:
            limits.succeeded("own", "10.0.0.1") if step == "right" else limits.withdrawn(
                "own", "10.0.0.1"
            )
            own -= 1
        one_by_one = next(n for n in count() if sum(waits[: n + 1]) > clock.now - start + 1e-6)
        assert guesses <= one_by_one


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("afsw"), st.floats(0, 400))))
def test_calls_in_any_order_break_nothing_and_memory_is_bounded(steps):
    clock = Clock()
    limits = LoginLimits(free=1, free_address=1, max_keys=4, clock=clock)
    calls = {"f": limits.failed, "s": limits.succeeded, "w": limits.withdrawn}
    for number, step, seconds in steps:
        clock.now += seconds
        if step == "a":
            assert wait_s(limits, str(number), str(number % 6)) <= 900
        else:
            calls[step](str(number), str(number % 6))
        assert limits.remembered <= 8
    clock.now += FORGET_S + LOST_S
    for number in range(10):
        limits.admit(str(number), str(number))


def test_so_many_are_remembered_at_the_most(clock):
    limits = LoginLimits(max_keys=100, clock=clock)
    fresh = addresses()
    for number in range(1000):
        guess(limits, str(number), fresh())
        assert limits.remembered <= 200


def test_a_flood_of_names_does_not_make_an_account_forgotten(clock):
    """Those with the fewest failures go first."""
    limits = LoginLimits(max_keys=100, clock=clock)
    fresh = addresses()
    for _ in range(8):
        clock.now += guess(limits, "ana", fresh())
        guess(limits, "ana", fresh())
    before = wait_s(limits, "ana", fresh())
    assert before > 0
    for number in range(5000):
        guess(limits, str(number // 5), fresh())
    assert wait_s(limits, "ana", fresh()) == before


def test_to_be_forgotten_costs_many_guesses_for_each_that_is_won(clock):
    """Whoever has as many addresses as they like must still fail as often for all others."""
    limits = LoginLimits(max_keys=100, clock=clock)
    fresh = addresses()
    fail(limits, clock, 6, "ana", fresh())
    names = map(str, count())
    spent = 0
    while wait_s(limits, "ana", fresh()):
        fail(limits, clock, 6, next(names), fresh())
        spent += 6
    assert spent > 90 * 6


def test_of_many_with_as_few_failures_the_oldest_go(clock):
    limits = LoginLimits(free=0, max_keys=10, clock=clock)
    fresh = addresses()
    for number in range(11):
        clock.now += 0.01
        guess(limits, str(number), fresh())
    assert all(wait_s(limits, str(number), fresh()) for number in range(2, 11))
    assert wait_s(limits, "0", fresh()) == 0


def test_what_was_tried_again_lately_stays(clock):
    limits = LoginLimits(free=0, max_keys=10, max_wait_account_s=100, clock=clock)
    fresh = addresses()
    names = [str(number) for number in range(10)]
    for name in names:
        fail(limits, clock, 7, name, fresh())
    clock.now += 64
    limits.admit("0", fresh())
    limits.withdrawn("0", fresh())
    fail(limits, clock, 1, "new", fresh())  # it takes the place of "1", and of "2"
    assert guess(limits, "0", fresh()) == 0
    assert guess(limits, "0", fresh()) == pytest.approx(100)
    assert guess(limits, "1", fresh()) == 0
    assert guess(limits, "1", fresh()) == pytest.approx(1)


def test_what_is_old_goes_before_what_counts(clock):
    limits = LoginLimits(free=0, max_keys=10, clock=clock)
    fresh = addresses()
    for number in range(9):
        fail(limits, clock, 3, f"old{number}", fresh())
    clock.now += FORGET_S
    guess(limits, "ana", fresh())
    guess(limits, "bo", fresh())
    assert limits.remembered == 4
    assert wait_s(limits, "ana", fresh()) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::2"),
        ("::1", "::2"),
        ("this machine", "this machine"),
    ],
)
def test_who_has_many_addresses_is_one(clock, one, other):
    """A household's IPv6 has 2^64."""
    limits = LoginLimits(free_address=1, clock=clock)
    guess(limits, "a", one)
    guess(limits, "b", other)
    assert wait_s(limits, "c", other) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("10.0.0.1", "10.0.0.2"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2"),
    ],
)
def test_neighbours_are_two(clock, one, other):
    limits = LoginLimits(free_address=1, clock=clock)
    guess(limits, "a", one)
    guess(limits, "b", one)
    assert wait_s(limits, "c", other) == 0


def test_a_longest_wait_of_0_is_no_limit(clock):
    """As behind a proxy, where all have one address."""
    limits = LoginLimits(max_wait_address_s=0, clock=clock)
    assert {guess(limits, name, "10.0.0.1") for name in map(str, range(1000))} == {0}
    assert {wait_s(limits, name, "10.0.0.1") for name in map(str, range(1000))} == {0}


def test_any_number_of_failures_can_be_counted(clock):
    limits = LoginLimits(free=0, max_wait_account_s=1, clock=clock)
    fresh = addresses()
    for _ in range(3000):
        guess(limits, "ana", fresh())
        clock.now += 1
    assert 0 < guess(limits, "ana", fresh()) + guess(limits, "ana", fresh()) <= 2
