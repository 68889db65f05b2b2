"""Accounts, their tokens, and the codes of those who are invited."""

import pytest
from tests.contracts.talk import TIME, joined, minute

from huechat.chat.accounts import Account, Code
from huechat.store.sqlite_people import SqlitePeople

HASH = "b94d27b9934d3e08"


def names(accounts: list[Account]) -> list[str]:
    return [one.name for one in accounts]


def test_an_account_is_what_was_added(people):
    added = people.add_account("Ana", "ana", "green", "a hash", TIME, True)
    assert added == Account(1, "Ana", "ana", "green", True, False, TIME, "")
    assert people.account("ana") == people.account_number(1) == added
    assert people.password(1) == "a hash"


def test_flags_are_true_and_false_and_not_numbers(people):
    joined(people)
    account = people.account("ana")
    assert (account.administrator, account.disabled) == (False, False)
    assert isinstance(account.disabled, bool)


def test_where_there_is_no_account_there_is_none(people):
    assert people.account("ana") is None
    assert people.account_number(1) is None
    assert people.password(1) == ""
    assert people.accounts("", 9) == []


@pytest.mark.parametrize("key", ["ANA", "an", "ana ", "án\u0301a", ""])
def test_a_key_is_compared_to_the_letter(people, key):
    joined(people)
    assert people.account(key) is None


def test_a_key_has_one_account(people):
    first = joined(people)
    with pytest.raises(KeyError):
        people.add_account("Other", "ana", "blue", "other", minute(1), False)
    assert people.accounts("", 9) == [first]
    assert people.password(first.number) == "hash of ana"


def test_accounts_are_numbered_as_they_come(people):
    assert [joined(people, name).number for name in "cab"] == [1, 2, 3]


def test_the_number_of_a_deleted_account_is_never_given_again(open_store, tmp_path):
    store = open_store(tmp_path)
    people = SqlitePeople(store)
    joined(people)
    people.delete_account(joined(people, "ben").number)
    assert joined(people, "cem").number == 3
    people.delete_account(3)
    store.close()
    assert joined(SqlitePeople(open_store(tmp_path)), "ben").number == 4


def test_accounts_come_in_pages_by_their_keys(people):
    for name in "dbace":
        joined(people, name)
    assert names(people.accounts("", 2)) == ["a", "b"]
    assert names(people.accounts("b", 2)) == ["c", "d"]
    assert names(people.accounts("d", 2)) == ["e"]


def test_one_thing_of_one_account_is_changed_at_a_time(people):
    ana, ben = joined(people), joined(people, "ben")
    people.set_color(1, "blue")
    people.set_administrator(1, True)
    people.set_disabled(1, True)
    people.set_password(1, "another")
    changed = ana._replace(color="blue", administrator=True, disabled=True)
    assert (people.account("ana"), people.password(1)) == (changed, "another")
    assert (people.account("ben"), people.password(2)) == (ben, "hash of ben")


def test_what_was_changed_can_be_changed_back(people):
    ana = joined(people)
    for value in (True, False):
        people.set_disabled(1, value)
        people.set_administrator(1, value)
    assert people.account("ana") == ana


def test_changing_an_account_that_is_not_there_makes_none(people):
    people.set_color(7, "blue")
    people.set_password(7, "other")
    people.set_seen({7: TIME})
    people.delete_account(7)
    assert people.accounts("", 9) == []


def test_when_people_were_here_is_noted_for_many_at_once(people):
    for name in "abc":
        joined(people, name)
    people.set_seen({1: minute(1), 3: minute(3)})
    people.set_seen({})
    assert [one.seen for one in people.accounts("", 9)] == [minute(1), "", minute(3)]


def test_an_administrator_counts_unless_disabled(people):
    assert not people.has_administrator()
    joined(people)
    assert not people.has_administrator()
    moe = joined(people, "moe", administrator=True)
    assert people.has_administrator()
    people.set_disabled(moe.number, True)
    assert not people.has_administrator()


def test_deleting_an_account_forgets_all_that_is_its_own(people):
    for name in "ab":
        account = joined(people, name)
        people.add_token(f"token of {name}", account.number, TIME)
        people.set_member("lobby", account.identity, 1)
        people.block(account.identity, "cem", "Cem")
    people.delete_account(1)
    assert (people.account("a"), people.password(1), people.token("token of a")) == (None, "", None)
    assert (people.memberships("#1"), people.blocked("#1")) == ([], {})
    assert people.token("token of b")
    assert [one.identity for one in people.members("lobby")] == ["#2"]
    assert people.blocked("#2") == {"cem": "Cem"}


def test_the_name_of_a_deleted_account_is_free(people):
    people.delete_account(joined(people).number)
    assert joined(people) == people.account("ana")


def test_an_account_that_was_added_a_moment_ago_can_be_deleted(people):
    with people.transaction():
        people.delete_account(joined(people).number)
    assert people.accounts("", 9) == []


def test_a_token_is_its_accounts_and_used_when_it_was_made(people):
    joined(people)
    ben = joined(people, "ben")
    people.add_token(HASH, ben.number, TIME)
    assert people.token(HASH) == (ben, TIME)
    assert people.token("other") is None


def test_a_token_shows_the_account_as_it_is_now(people):
    people.add_token(HASH, joined(people).number, TIME)
    people.set_disabled(1, True)
    assert people.token(HASH)[0].disabled


def test_the_use_of_a_token_is_noted(people):
    joined(people)
    people.add_token(HASH, 1, minute(1))
    people.add_token("other", 1, minute(1))
    people.use_token(HASH, minute(2))
    assert (people.token(HASH)[1], people.token("other")[1]) == (minute(2), minute(1))


def test_a_token_is_dropped_once(people):
    people.add_token(HASH, joined(people).number, TIME)
    assert people.drop_token(HASH)
    assert not people.drop_token(HASH)
    assert people.token(HASH) is None


def test_all_tokens_of_an_account_are_dropped(people):
    for number, token in ((1, "a"), (1, "b"), (1, "c"), (2, "d")):
        if token in "ad":
            joined(people, token)
        people.add_token(token, number, TIME)
    assert people.drop_tokens(1, but="b") == 2
    assert [token for token in "abcd" if people.token(token)] == ["b", "d"]
    assert people.drop_tokens(1) == 1
    assert [token for token in "abcd" if people.token(token)] == ["d"]


def test_tokens_that_nobody_used_for_long_are_dropped(people):
    joined(people)
    for number in range(1, 5):
        people.add_token(str(number), 1, minute(number))
    people.use_token("1", minute(9))
    assert people.drop_old_tokens(minute(3)) == 1
    assert [token for token in "1234" if people.token(token)] == ["1", "3", "4"]


def test_a_code_is_used_once(people):
    code = Code(True, "moe", minute(9))
    people.add_code(HASH, code)
    assert people.use_code("other", minute(1)) is None
    assert people.use_code(HASH, minute(1)) == code
    assert people.use_code(HASH, minute(1)) is None


@pytest.mark.parametrize(("now", "good"), [(minute(8), True), (minute(9), False)])
def test_a_code_is_good_until_it_expires(people, now, good):
    people.add_code(HASH, Code(False, "moe", minute(9)))
    assert (people.use_code(HASH, now) is not None) == good
    assert people.use_code(HASH, minute(1)) is None


def test_a_code_that_expired_takes_no_other_with_it(people):
    people.add_code("old", Code(False, "moe", minute(1)))
    people.add_code("new", Code(False, "moe", minute(9)))
    assert people.use_code("old", minute(5)) is None
    assert people.use_code("new", minute(5))


@pytest.mark.parametrize("administrator", [True, False])
def test_codes_of_one_kind_are_dropped(people, administrator):
    people.add_code("for moe", Code(True, "", minute(9)))
    people.add_code("for ana", Code(False, "moe", minute(9)))
    people.drop_codes(administrator=administrator)
    left = [code for code in ("for moe", "for ana") if people.use_code(code, TIME[:11])]
    assert left == (["for ana"] if administrator else ["for moe"])
