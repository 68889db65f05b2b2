"""Searching what was said."""

import pytest
from tests.contracts.talk import TIME, said

from huechat.store.search import SearchIndex
from huechat.store.sqlite import SqliteStore

ALL = 1_000_000


@pytest.fixture
def store(tmp_path):
    opened = SqliteStore(tmp_path, full_sync=False)
    yield opened
    opened.close()


@pytest.fixture
def search(store, tmp_path):
    """Says texts, then searches them for a query; returns the texts found, newest first."""
    index = SearchIndex(tmp_path)

    def find(query: str, *lines: str, before: int = ALL, limit: int = ALL) -> list[str]:
        if lines:
            store.append([said(line) for line in lines], TIME)
        index.add("lobby", ALL)
        by_seq = {one.seq: one.text for one in store.after("lobby", 0, ALL)}
        return [by_seq[seq] for seq in index.find("lobby", query, before, limit)]

    return find


def test_a_word_is_found_whole_and_not_within_another(search):
    assert search("art", "art", "party", "the art of", "arts") == ["the art of", "art"]


def test_capitals_do_not_matter(search):
    assert search("HeLLo", "hello", "HELLO", "help") == ["HELLO", "hello"]


def test_all_words_must_be_there_in_any_order(search):
    assert search("tea milk", "milk in tea", "tea", "milk", "tea milk") == [
        "tea milk",
        "milk in tea",
    ]


def test_a_star_stands_for_any_ending(search):
    assert search("hel*", "hello", "help", "hel", "shell", "he") == ["hel", "help", "hello"]


def test_a_star_counts_for_its_own_word_only(search):
    assert search("hel* wor", "hello world", "hello wor") == ["hello wor"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("cafe", "Café"),
        ("café", "cafe"),
        ("cafe", "cafe\u0301"),
        ("caf*", "cafés"),
        ("nao", "não"),
        ("grosse", "große"),
        ("ελλαδα", "Ελλάδα"),
        ("привет", "ПРИВЕТ"),
        ("pho", "phở"),
        ("v2", "ｖ２"),
        ("istanbul", "İstanbul"),
    ],
)
def test_accents_and_cases_of_any_script_do_not_matter(search, query, text):
    assert search(query, text, "something else") == [text]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("世界", "你好世界"),
        ("東京", "明日は東京に行く"),
        ("とうきょう", "ここはとうきょうです"),
        ("カメラ", "新しいカメラを買った"),
        ("ไทย", "ภาษาไทยง่าย"),
        ("ລາວ", "ພາສາລາວ"),
        ("မြန်မာ", "မြန်မာစာ"),
        ("ខ្មែរ", "ភាសាខ្មែរ"),
        ("한국*", "한국어를 배운다"),
        ("नमस्ते", "नमस्ते दुनिया"),
        ("سلام", "سلام دنیا"),
        ("שלום", "שלום עולם"),
        ("𠮷野", "𠮷野家"),
        ("v2", "v2です"),
    ],
)
def test_words_are_found_in_scripts_with_and_without_spaces(search, query, text):
    assert search(query, text, "something else") == [text]


@pytest.mark.parametrize(
    ("query", "text"),
    [("界世", "你好世界"), ("京東", "東京"), ("世好", "你好世界"), ("हिन्दू", "हिन्दी"), ("ไป", "ไม่")],
)
def test_other_words_of_the_same_letters_are_not_found(search, query, text):
    assert search(query, text) == []


@pytest.mark.parametrize(
    "query",
    [
        'say "hi"',
        '"',
        'hi"',
        '""hi""',
        "hi AND",
        "NOT hi",
        "hi OR ho",
        "NEAR(hi ho)",
        "text:hi",
        "^hi",
        "hi - ho",
        "(hi",
        "{hi}",
        "*hi",
        "h*i",
        "hi + ho",
        "hi;--",
        "'; DROP TABLE words;--",
        "hi\0ho",
        "\\hi",
        "hi**",
        "x" * 10_000,
        "hi " * 1_000,
    ],
)
def test_nothing_that_stands_in_a_query_is_obeyed(search, query):
    search("hi", "hi")
    try:
        search(query)
    except ValueError:
        assert query == '"'
    assert search("hi") == ["hi"]


def test_operators_are_words_like_others(search):
    assert search("this OR that", "this", "that", "this or that") == ["this or that"]
    assert search("not", "not at all", "all") == ["not at all"]


def test_signs_between_words_do_not_matter(search):
    assert search("don't", "don't", "dont") == ["don't"]
    assert search("a.b", "see a.b", "a b", "ab") == ["a b", "see a.b"]


@pytest.mark.parametrize("query", ["", " ", "*", "** *", '"', "!?", "🎨", "-", "_", "___ _"])
def test_a_query_with_no_word_is_an_error(search, query):
    search("hi", "hi")
    with pytest.raises(ValueError, match="no word"):
        search(query)


def test_the_newest_comes_first(search):
    assert search("tea", "tea 1", "tea 2", "tea 3") == ["tea 3", "tea 2", "tea 1"]


def test_only_so_many_are_given(search):
    assert search("tea", "tea 1", "tea 2", "tea 3", limit=2) == ["tea 3", "tea 2"]


def test_before_a_place_there_are_the_older_ones(search):
    assert search("tea", "tea 1", "tea 2", "tea 3", before=3) == ["tea 2", "tea 1"]
    assert search("tea", before=1) == search("tea", before=0) == []


def test_pages_make_the_whole(search):
    every = search("tea", *(f"tea {n}" for n in range(10)))
    pages = [search("tea", before=at, limit=3) for at in (11, 8, 5, 2)]
    assert [one for page in pages for one in page] == every
