"""The network delays, splits, cuts and half-closes: nothing lost, nothing twice, all in order."""

from __future__ import annotations

import random
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.reliability.invariants import check_folder, check_members
from tests.reliability.members import ClientMember, LinkMember
from tests.reliability.network import BadNetwork
from tests.reliability.raw_member import RawMember, members

from huechat import ChatServer
from huechat.config import ServerSettings

KINDS = (LinkMember, LinkMember, ClientMember, RawMember, RawMember)


@pytest.mark.parametrize("tail_bytes", [64 * 1024, 64 * 1024 * 1024], ids=["small", "large"])
def test_a_bad_network_loses_nothing_and_repeats_nothing(
    seed: str, rng: random.Random, tail_bytes: int
) -> None:
    """With a small tail those who come back are fed from the store."""
    settings = ServerSettings(messages_per_s=0, tail_bytes=tail_bytes)
    with ChatServer(port=0, settings=settings) as server:
        with BadNetwork(server.port, seed) as network, ExitStack() as leaving:
            everybody = members(network.port, KINDS)
            for member in everybody:
                leaving.enter_context(member)
                member.start_talking(random.Random(rng.random()))
            network.storm(60)
            everything = check_members(everybody, server.port)
        assert all(member.losses for member in everybody)
    check_folder(Path("data"), everything)
