"""The keys of the prompt, besides those that every line editor has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import set_app
from prompt_toolkit.completion import CompleteEvent, Completion, get_common_complete_suffix
from prompt_toolkit.filters import is_searching
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.bindings.search import abort_search
from prompt_toolkit.search import stop_search

from huechat.client.conversation import ROOM_KEYS
from huechat.wire.harmless import harmless

MOST_CHOICES: Final = 100
"""How many choices are printed at once: a busy room has more names than a screen has rows."""


class GoError(Exception):
    """Somebody wants to look at another room: by its number, or some steps further.

    `begun`: what stands at the prompt of this one.
    """

    def __init__(self, begun: str, *, number: int = 0, step: int = 0) -> None:
        super().__init__()
        self.begun = begun
        self.number = number
        self.step = step


def chat_keys(
    *, list_choices: Callable[[], bool], is_redrawn: Callable[[str], bool], searches: bool
) -> KeyBindings:
    """Return the bindings: Enter sends, Alt-Enter begins a line, Alt-1 to 9 and Ctrl-N/P go.

    Tab completes; `list_choices`: whether what there is to choose from is printed, else it is in
    a menu. `is_redrawn`: whether what is sent is to be taken away, as it is printed in another
    form. `searches`: whether Ctrl-R looks for what was typed before; then Enter takes what was
    found, and Ctrl-C nothing.
    """
    keys = KeyBindings()
    keys.add("tab", filter=~is_searching)(partial(_complete, list_choices=list_choices))
    keys.add("c-c", filter=~is_searching)(_clear_or_leave)
    keys.add("c-c", filter=is_searching)(_break_off_search)
    keys.add("enter", filter=~is_searching)(partial(_send, is_redrawn=is_redrawn))
    keys.add("escape", "enter", filter=~is_searching)(_new_line)
    for key in () if searches else ("c-r", "c-s"):
        keys.add(key)(_pass_over)
    keys.add("c-z")(_pass_over)  # else it would be said
    keys.add("c-n")(partial(_go, step=1))
    keys.add("c-p")(partial(_go, step=-1))
    for number in ROOM_KEYS:
        keys.add("escape", str(number))(partial(_go, number=number))
    for key in ("0", "-"):  # else what is typed next would be repeated so often, and not taken
        keys.add("escape", key)(_pass_over)
    return keys


def begun_line(app: Application[str]) -> str:
    """Return what stands at the prompt, also while something is looked for."""
    searched = app.layout.search_target_buffer_control
    return (searched.buffer if searched else app.current_buffer).text


def leave_search(app: Application[str]) -> None:
    """Have the prompt take what is typed, and not a search that its end left open."""
    searched = app.layout.search_target_buffer_control
    if searched:
        with set_app(app):
            stop_search(searched)


def exit_app(app: Application[str], reason: Exception) -> None:
    """End the prompt with `reason`, if it has not ended yet."""
    if app.is_running and not app.is_done:
        app.exit(exception=reason)


def end_failed(
    app: Application[str], loop: asyncio.AbstractEventLoop, context: dict[str, Any]
) -> None:
    """End the prompt with what failed in its loop, such as drawing on a terminal that is gone."""
    error = context.get("exception")
    if isinstance(error, Exception) and app.is_running and not app.is_done:
        exit_app(app, error)
    else:
        loop.default_exception_handler(context)


def _clear_or_leave(event: KeyPressEvent) -> None:
    """Clear the line, and the rows that it took; leave if there is nothing in it."""
    if event.current_buffer.text:
        event.current_buffer.reset()
        event.app.renderer.erase(leave_alternate_screen=False)
    else:
        exit_app(event.app, EOFError())


def _break_off_search(event: KeyPressEvent) -> None:
    """Have what was typed before the search, and no empty rows of what it showed."""
    abort_search.call(event)
    event.app.renderer.erase(leave_alternate_screen=False)


def _send(event: KeyPressEvent, *, is_redrawn: Callable[[str], bool]) -> None:
    """Take the completion that is chosen in the menu, else send what stands there."""
    buffer = event.current_buffer
    if buffer.complete_state and buffer.complete_state.current_completion:
        buffer.complete_state = None
    else:
        event.app.erase_when_done = is_redrawn(buffer.text)
        buffer.validate_and_handle()


def _pass_over(_: KeyPressEvent) -> None:
    """Do nothing."""


def _complete(event: KeyPressEvent, *, list_choices: Callable[[], bool]) -> None:
    """Complete as far as there is no choice, or else go through what there is."""
    buffer = event.current_buffer
    state = buffer.complete_state
    listed = list_choices()
    if state and state.current_completion and not listed:
        buffer.complete_next()
        return
    asked = CompleteEvent(completion_requested=True)
    found = list(buffer.completer.get_completions(buffer.document, asked))
    common = get_common_complete_suffix(buffer.document, found)
    if len(found) == 1:
        buffer.apply_completion(found[0])
    elif common:
        buffer.insert_text(common)
    elif found and listed:
        print(_choices(found))
    elif state:  # the menu is there already
        buffer.complete_next()
    elif found:
        buffer.start_completion(select_first=True)


def _choices(found: Sequence[Completion]) -> str:
    """Return a line with what there is to choose from."""
    shown = [harmless(one.display_text.strip()) for one in found[:MOST_CHOICES]]
    more = len(found) - len(shown)
    return "  ".join([*shown, f"and {more} more"] if more else shown)


def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.newline(copy_margin=False)


def _go(event: KeyPressEvent, *, number: int = 0, step: int = 0) -> None:
    event.app.erase_when_done = True
    exit_app(event.app, GoError(begun_line(event.app), number=number, step=step))
