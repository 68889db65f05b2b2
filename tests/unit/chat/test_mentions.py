"""Who is called by name in what somebody says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.mentions import mentions

OURS = ("ana", "anabel", "Zoë", "o'neil", "ana-ben", "j.r.")
NAMES = (*OURS, "安娜", "हिन्दी", "नीता", "Юля", "สมชาย", "안나")


def called(text: str) -> set[str]:
    return mentions(text, NAMES)


@pytest.mark.parametrize(
    "text",
    ["@ana", "hi @ana", "@ana hi", "@ana.", "@ana!", "@ana?", "@ana, hi", "(@ana)", "'@ana'",
     '"@ana"', "@ana's cat", "@ana’s cat", "@ANA'S CAT", "@ana: hi", "@ana...", "@ana-", "@ana…",
     "@ANA", "@Ana", "hi\n@ana", "@@ana @ana", "*@ana*", "@ana/@x", "@аna", "@ana's.", "—@ana",
     "＠ana", "@ana's-"],
)  # fmt: skip
def test_a_name_is_called(text):
    assert called(text) == {"ana"}


@pytest.mark.parametrize(
    "text",
    ["", "ana", "@", "@ ana", "ana@", "ben@ana", "ben@ana.org", "ben.cyd@ana", "x1@ana", "é@ana",
     "की@ana", "@@ana", "@anna", "@an", "@ana_", "@ana1", "@ana.org", "#ana", "@\u200bana",
     "@xana", "@" * 1000],
)  # fmt: skip
def test_nobody_is_called(text):
    assert called(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@anabel", {"anabel"}),
        ("@ana-ben", {"ana-ben"}),
        ("@ana @anabel", {"ana", "anabel"}),
        ("@ana,@anabel", {"ana", "anabel"}),
        ("@o'neil's", {"o'neil"}),
        ("@j.r.", {"j.r."}),
        ("@j.r. and @ana", {"j.r.", "ana"}),
        ("@zoë", {"Zoë"}),
        ("@zoe\u0308!", {"Zoë"}),
        ("@हिन्दी।", {"हिन्दी"}),
        ("सुनो @नीता, आओ", {"नीता"}),
        ("@юля!", {"Юля"}),
        ("привет, @ЮЛЯ", {"Юля"}),
        ("@安娜", {"安娜"}),
        ("你好@安娜你好", {"安娜"}),
        ("你好＠安娜，你好", {"安娜"}),
        ("@안나에게", {"안나"}),
        ("สวัสดี@สมชาย", {"สมชาย"}),
    ],
)
def test_names_of_any_script_are_called_whole(text, expected):
    assert called(text) == expected


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("name", NAMES)
def test_however_it_is_encoded(name, form):
    assert name in called(f"well, @{unicodedata.normalize(form, name)}, hi")


@given(st.text(), st.sampled_from(NAMES), st.text("., \n!?)]", max_size=3))
def test_a_name_behind_a_space_is_called_whatever_stands_before(before, name, after):
    assert name in called(f"{before} @{name}{after}")


@given(st.text())
def test_nothing_breaks_it(text):
    assert mentions(text, NAMES) <= set(NAMES)
