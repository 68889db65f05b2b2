"""The bell rings once, and is quiet for a while."""

from tests.clock import Clock

from huechat.client.bell import REST_S, Bell


def test_of_many_calls_at_once_one_rings():
    bell = Bell(Clock())
    assert [bell.may_ring() for _ in range(50)].count(True) == 1


def test_it_rings_again_after_a_rest_which_a_call_does_not_make_longer():
    clock = Clock()
    bell = Bell(clock)
    assert bell.may_ring()
    clock.now += REST_S / 2
    assert not bell.may_ring()
    clock.now += REST_S / 2
    assert bell.may_ring()
    assert not bell.may_ring()
