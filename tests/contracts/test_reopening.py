"""Closing, dying and opening again; and two who want the same folder."""

import pytest
from tests.contracts.talk import TIME, everything, fill, said, seqs

from huechat.store import StoreError

BOTH_SYNCS = pytest.mark.parametrize("full_sync", [True, False], ids=["full", "normal"])


@BOTH_SYNCS
def test_what_was_stored_is_there_after_reopening(open_store, tmp_path, full_sync):
    store = open_store(tmp_path, full_sync=full_sync)
    store.append([said("café 🎨"), said(room="cellar")], TIME)
    before = everything(store), everything(store, "cellar")
    store.close()
    again = open_store(tmp_path, full_sync=full_sync)
    assert (everything(again), everything(again, "cellar")) == before


def test_after_a_clean_stop_numbers_go_on_without_a_gap(open_store, tmp_path):
    for number in range(3):
        store = open_store(tmp_path)
        assert seqs(store.append([said()], TIME)) == [number + 1]
        store.close()


def test_opening_and_closing_without_a_word_said_skips_nothing(open_store, tmp_path):
    for _ in range(2):
        store = open_store(tmp_path)
        fill(store, 2)
        store.close()
        open_store(tmp_path).close()
    assert seqs(everything(open_store(tmp_path))) == [1, 2, 3, 4]


def test_closing_twice_does_nothing(open_store, tmp_path):
    store = open_store(tmp_path)
    store.close()
    store.close()


@BOTH_SYNCS
def test_what_was_stored_outlives_its_process(open_store, died, full_sync):
    folder, given = died
    assert seqs(everything(open_store(folder, full_sync=full_sync))) == given


def test_after_an_unclean_stop_no_number_is_given_twice_and_they_skip_ahead(open_store, died):
    folder, given = died
    store = open_store(folder)
    given = given + seqs(store.append([said(), said()], TIME))
    assert given == sorted(set(given)) == seqs(everything(store))
    assert given[:3] == [1, 2, 3]
    assert given[3] > 3 + 1
    assert given[5] > given[4] + 1


def test_once_skipped_numbers_go_on_one_by_one(open_store, died):
    folder, _ = died
    store = open_store(folder)
    first, second = seqs(store.append([said(), said()], TIME))
    store.close()
    (third,) = seqs(open_store(folder).append([said()], TIME))
    assert (second, third) == (first + 1, first + 2)


def test_a_second_store_on_the_same_folder_is_refused(open_store, tmp_path):
    store = open_store(tmp_path)
    with pytest.raises(StoreError) as reason:
        open_store(tmp_path)
    assert reason.value.code == "storage_busy"
    assert str(reason.value) == (
        f"a huechat server uses the folder {tmp_path}: stop it, or set HUECHAT_DATA"
    )
    assert seqs(store.append([said()], TIME)) == [1]


def test_a_store_that_was_refused_keeps_nobody_out(open_store, tmp_path):
    store = open_store(tmp_path)
    with pytest.raises(StoreError):
        open_store(tmp_path)
    store.close()
    assert seqs(open_store(tmp_path).append([said()], TIME)) == [1]


def test_two_folders_are_two_stores(open_store, tmp_path):
    one, other = open_store(tmp_path / "one"), open_store(tmp_path / "other")
    fill(one, 2)
    assert everything(other) == []


def test_the_folder_is_made_if_it_is_not_there(open_store, tmp_path):
    open_store(tmp_path / "a" / "b").append([said()], TIME)
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_is_an_error_in_words(open_store, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as reason:
        open_store(tmp_path / "file" / "data")
    assert reason.value.code == "storage_failed"
    assert "file" in str(reason.value)
