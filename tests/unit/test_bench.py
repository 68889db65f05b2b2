"""What scripts/bench counts, checks, judges and draws; not how fast anything is."""

from array import array
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from bench import check, picture, plans, report
from bench.latency import percentiles
from bench.ledger import Ledger
from bench.member import LoadError
from bench.tongue import PAYLOAD_BYTES, JsonTongue, PlainTongue, payload
from huechat.protocol import Ack, Message, RoomPlace, Say, Welcome
from huechat.wire.jsonlines import JsonLines

BASE = 40
TIME = "2026-11-22T19:00:00.123Z"


@pytest.fixture
def tongue() -> JsonTongue:
    return JsonTongue()


def said(tongue: JsonTongue, number: int) -> Say:
    (say,) = JsonLines(1024).receive(tongue.say(number, 123))
    assert isinstance(say, Say)
    return say


def lines(tongue: JsonTongue, *numbers: int, after: int = BASE, acked: tuple[int, ...] = ()):
    """What a member at `after` is told of messages with these numbers."""
    events = []
    for seq, number in enumerate(numbers, after + 1):
        say = said(tongue, number)
        if number in acked:
            events.append(Ack(say.id, "lobby", seq, TIME))
        else:
            events.append(Message("lobby", seq, say.id, TIME, "ana", "red", say.text))
    return b"".join(JsonLines.encode(events))


def member(*, talks: bool = False, audited: bool = True) -> SimpleNamespace:
    return SimpleNamespace(number=1, at=BASE, talks=talks, audited=audited)


def test_a_payload_has_its_size_and_is_a_message_to_the_server(tongue):
    assert len(payload(7, 123)) == PAYLOAD_BYTES
    assert said(tongue, 7).text.encode() == payload(7, 123)


def test_a_number_is_known_again_in_messages_and_acks(tongue):
    heard = lines(tongue, 3, 4, 5, acked=(4,))
    assert tongue.numbers(heard) == [3, 4, 5]
    assert tongue.seqs(heard) == [41, 42, 43]
    assert tongue.last_seq(heard) == 43
    assert tongue.last_seq(b'{"type":"bye","message":"x"}\n') == -1


def test_ids_of_two_runs_differ():
    assert said(JsonTongue(), 1).id != said(JsonTongue(), 1).id


def test_a_welcome_tells_where_the_room_is(tongue):
    welcome = Welcome(1, "ana", "red", "s", (RoomPlace("lobby", 41),))
    (line,) = JsonLines.encode([welcome])
    assert tongue.welcomed(line) == 41
    assert tongue.welcomed(b'{"type":"error","code":"too_many"}\n') is None


def test_plain_text_is_known_again_by_its_payload():
    tongue = PlainTongue()
    heard = b"[COLOR (blue)] said -> " + tongue.say(5, 1) + b"b [COLOR (red)] said -> "
    assert tongue.numbers(heard + tongue.say(6, 1)) == [5, 6]


def test_what_everybody_got_once_is_right(tongue):
    ledger = Ledger(tongue, BASE)
    listener, other, talker = member(), member(), member(talks=True)
    for one in (listener, other):
        assert ledger.enter(one, lines(tongue, 1, 0)) == 2
    assert ledger.enter(talker, lines(tongue, 1, 0, acked=(1,))) == 2
    assert [one.at for one in (listener, other, talker)] == [BASE + 2] * 3
    ledger.check(2)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda tongue: lines(tongue, 1, after=BASE + 1),
        lambda tongue: lines(tongue, 0) * 2,
        lambda tongue: lines(tongue, 0, 1) + b'{"type":"error","code":"rate_limited"}\n',
        lambda tongue: lines(tongue, 0) + lines(tongue, 2, after=BASE + 2),
        lambda tongue: lines(tongue, 1, 0),
        lambda tongue: lines(JsonTongue(), 0, 1),
    ],
    ids=["one missing", "one twice", "a foreign line", "a gap", "another order", "another run's"],
)
def test_what_is_lost_doubled_or_out_of_order_is_noticed(tongue, wrong):
    ledger = Ledger(tongue, BASE)
    ledger.enter(member(), lines(tongue, 0, 1))
    with pytest.raises(LoadError):
        ledger.enter(member(), wrong(tongue))


def test_a_talker_that_misses_a_line_is_noticed_though_not_every_line_is_looked_at(tongue):
    talker = member(talks=True, audited=False)
    with pytest.raises(LoadError, match="got 1 lines"):
        Ledger(tongue, BASE).enter(talker, lines(tongue, 1, after=BASE + 1, acked=(1,)))


def test_a_message_that_nobody_saw_is_noticed(tongue):
    ledger = Ledger(tongue, BASE)
    ledger.enter(member(), lines(tongue, 0))
    with pytest.raises(LoadError, match="missing"):
        ledger.check(2)


def test_percentiles_count_a_sample_as_often_as_it_weighs():
    values, weights = array("q", [30, 10, 20]), array("q", [1, 98, 1])
    assert percentiles(values, weights, (0.5, 0.98, 0.99, 1)) == (10, 10, 20, 30)
    assert percentiles(array("q"), array("q"), (0.5,)) == (0,)


def test_the_median_is_of_each_figure():
    runs = [{"load": "open", "messages": 5, "p50_ms": ms} for ms in (3.0, 1.0, 2.0)]
    assert plans.median(runs) == {"load": "open", "messages": 5, "p50_ms": 2.0}


def row(name: str, **figures: float) -> dict[str, object]:
    return {"name": name, "load": name.split()[1], **figures}


def rows(slower: float) -> list[dict[str, object]]:
    """What --check measures, huechat being `slower` times slower than the floor."""
    made = [
        row(f"{server} {load}", deliveries_per_s=1e6 / by, server_cpu_us_per_delivery=by, p50_ms=by)
        for load in ("closed 100", "closed 1000", "open 100")
        for server, by in (("floor", 1.0), ("huechat", slower))
    ]
    joins = ("huechat join", "huechat join long")
    return made + [row(name, server_cpu_ms_per_join=0.3) for name in joins]


def test_as_good_as_the_floor_is_good_enough():
    assert all(check.is_kept(*one) for one in check.judged(rows(1.0)))


def test_what_is_worse_is_named_with_what_to_look_for():
    judged = check.judged(rows(100.0))
    over = [limit for limit, ratio in judged if not check.is_kept(limit, ratio)]
    assert len(over) == 5
    assert f"over its limit: {over[0].name}; look for {over[0].why}" in report.verdict(judged)


def test_what_could_not_be_measured_is_not_good_enough():
    broken = [{"name": "huechat open 100", "failed": "the server has died"}]
    judged = check.judged([one for one in rows(1.0) if one["name"] != "huechat open 100"] + broken)
    assert sum(not check.is_kept(*one) for one in judged) == 2
    assert "not measured" in report.verdict(judged)


def test_a_table_has_the_columns_that_there_are_figures_for():
    shown = report.table([row("x open", deliveries_per_s=1234567.0), {"name": "y", "failed": "z"}])
    assert shown.splitlines() == [
        "| what   | deliveries/s |",
        "| ------ | -----------: |",
        "| x open |    1,234,567 |",
        "y: z",
    ]


def test_a_crowd_that_is_itself_too_slow_is_told_of():
    assert report.FOOT in report.table([row("x open", crowd_busy=0.95)])


@pytest.mark.parametrize(
    ("value", "axis"), [(0.87, (1, 5)), (1.2, (1.5, 3)), (17, (20, 4)), (0.021, (0.03, 3))]
)
def test_an_axis_ends_at_a_round_number(value, axis):
    assert picture.nice(value) == pytest.approx(axis)


def test_the_picture_has_a_point_for_each_size():
    grown = [
        {"load": load, "members": n, "deliveries_per_s": 1e6, "server_cpu_us_per_delivery": 0.5}
        for n in (100, 1_000)
        for load in ("open", "closed")
    ]
    drawn = ElementTree.fromstring(picture.growth([*grown, {"name": "9,000", "failed": "x"}]))
    assert len(drawn.findall(".//{*}circle")) == 6
    assert "1,000" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
