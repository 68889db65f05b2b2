"""Who may do what to whom: the whole table, written out."""

import pytest

from huechat.chat.errors import RefusedError
from huechat.chat.roles import LEAST, Role, check_role

OUTSIDER, MEMBER, MODERATOR, OWNER, ADMINISTRATOR = Role
ALL = (MEMBER, MODERATOR, OWNER, ADMINISTRATOR)
KEEPERS = (MODERATOR, OWNER, ADMINISTRATOR)
MAY = {
    "say": ALL,
    "edit": ALL,
    "delete": ALL,
    "react": ALL,
    "topic": KEEPERS,
    "invite": KEEPERS,
    "pardon": KEEPERS,
    "bans": KEEPERS,
    "slow": KEEPERS,
    "audit": KEEPERS,
    "make_owner": (OWNER, ADMINISTRATOR),
    "drop": (OWNER, ADMINISTRATOR),
    "ban_address": (ADMINISTRATOR,),
    "server": (ADMINISTRATOR,),
}
"""Who may, whoever it is done to."""

TO = {
    MODERATOR: (OUTSIDER, MEMBER),
    OWNER: (OUTSIDER, MEMBER, MODERATOR),
    ADMINISTRATOR: (OUTSIDER, MEMBER, MODERATOR, OWNER),
}
"""To whom, of what may be done to those below."""

MAY_BELOW = {
    "kick": TO,
    "ban": TO,
    "mute": TO,
    "delete_others": TO,
    "make_moderator": {role: TO[role] for role in (OWNER, ADMINISTRATOR)},
}


def may(action: str, role: Role, target: Role) -> bool:
    try:
        check_role(action, role, target)
    except RefusedError as reason:
        return reason.code != "not_allowed"
    return True


def test_the_table_here_has_every_action():
    assert MAY.keys() | MAY_BELOW.keys() == LEAST.keys()
    assert not MAY.keys() & MAY_BELOW.keys()


@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", sorted(MAY))
def test_who_may_do_what_to_anybody(action, role, target):
    assert may(action, role, target) == (role in MAY[action])


@pytest.mark.parametrize("target", Role)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", sorted(MAY_BELOW))
def test_who_may_do_what_to_those_below(action, role, target):
    assert may(action, role, target) == (target in MAY_BELOW[action].get(role, ()))
