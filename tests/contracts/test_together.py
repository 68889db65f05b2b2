"""One writes and many read, at the same time."""

from concurrent.futures import ThreadPoolExecutor

from tests.contracts.talk import TIME, said, seqs

READERS = 8
BATCHES = 60
BATCH = 5


def write(store) -> list[int]:
    return [
        seq
        for _ in range(BATCHES)
        for seq in seqs(store.append([said() for _ in range(BATCH)], TIME))
    ]


def follow(store) -> list[int]:
    """Read on from where one is until all is read, as a cursor does."""
    seen = [0]
    while seen[-1] < BATCHES * BATCH:
        page = seqs(store.after("lobby", seen[-1], 7))
        assert len(page) <= 7
        seen += page
    return seen[1:]


def look_back(store) -> bool:
    """Read the newest page over and over; return whether none ever had a hole."""
    whole, last = True, 0
    while last < BATCHES * BATCH:
        last = store.last("lobby")
        page = seqs(store.before("lobby", last + 1, 10))
        whole &= page == list(range(max(1, last - 9), last + 1))
    return whole


def test_whoever_follows_the_writer_sees_each_message_once_and_in_order(store):
    with ThreadPoolExecutor(READERS + 1) as threads:
        followers = [threads.submit(follow, store) for _ in range(READERS)]
        written = threads.submit(write, store).result()
        assert [one.result() for one in followers] == [written] * READERS


def test_whoever_looks_back_while_it_is_written_sees_no_hole(store):
    with ThreadPoolExecutor(READERS + 1) as threads:
        readers = [threads.submit(look_back, store) for _ in range(READERS)]
        threads.submit(write, store).result()
        assert all(one.result() for one in readers)


def test_nobody_sees_half_of_a_batch(store):
    def sizes() -> set[int]:
        seen = {0}
        while max(seen) < BATCHES * BATCH:
            seen.add(store.last("lobby"))
        return seen

    with ThreadPoolExecutor(2) as threads:
        watched = threads.submit(sizes)
        threads.submit(write, store).result()
        assert {size % BATCH for size in watched.result()} == {0}
