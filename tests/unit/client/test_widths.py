"""Signs that terminals take for one column or for two."""

from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.processors import TransformationInput

from huechat.client.widths import SELECTOR, Steady, steady

TEXT = st.text(st.sampled_from(["a", "☀", SELECTOR, "👍", " "]), max_size=12)


def transformed(text: str):
    given = TransformationInput(
        BufferControl(Buffer()), Document(text), 0, lambda at: at, [("", text)], 80, 24
    )
    return Steady().apply_transformation(given)


@given(TEXT)
def test_a_line_is_shown_without_what_terminals_differ_about(text):
    assert fragment_list_to_text(transformed(text).fragments) == steady(text)


@given(TEXT, st.data())
def test_the_cursor_is_shown_at_the_letter_that_it_is_at(text, data):
    at = data.draw(st.integers(0, len(text)))
    shown = transformed(text)
    place = shown.source_to_display(at)
    assert place == len(steady(text[:at]))
    back = shown.display_to_source(place)
    assert steady(text[:back]) == steady(text[:at])
