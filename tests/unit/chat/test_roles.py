"""What those are told who may not; who may is in test_role_table.py."""

import pytest

from huechat.chat.errors import RefusedError
from huechat.chat.roles import Role, check_role

TOLD = [
    ("kick", Role.MEMBER, Role.MEMBER, "that is for the room's moderators; ask one of them"),
    ("drop", Role.MODERATOR, Role.MEMBER, "that is for the room's owners; ask one of them"),
    ("server", Role.OWNER, Role.MEMBER, "that is for the server's administrators; ask one of them"),
    (
        "kick",
        Role.MODERATOR,
        Role.MODERATOR,
        "a moderator cannot do that to a moderator; ask an owner",
    ),
    ("ban", Role.OWNER, Role.OWNER, "an owner cannot do that to an owner; ask an administrator"),
    (
        "mute",
        Role.ADMINISTRATOR,
        Role.ADMINISTRATOR,
        "an administrator cannot do that to an administrator",
    ),
]


@pytest.mark.parametrize(("action", "role", "target", "words"), TOLD)
def test_who_may_not_is_told_who_may(action, role, target, words):
    with pytest.raises(RefusedError) as refused:
        check_role(action, role, target)
    assert (refused.value.code, str(refused.value)) == ("not_allowed", words)
