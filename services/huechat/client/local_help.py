"""What `/help` tells at our terminal besides what it tells everywhere."""

from __future__ import annotations

from typing import Final

from huechat.wire.typed import find_verb, help_text, short_help_text

LOCAL_HELP: Final = """\
  At this terminal:
    /go ROOM                         look at another room that you are in
    /time                            show the time before each line, or no longer
    /clear                           empty the screen
    /login NAME, /register and /password ask for the password, and do not show it.
    Alt-1 to Alt-9, Ctrl-N and Ctrl-P go to another room, too.
    Alt-Enter begins a new line; what you paste is one message.
    A name such as :fire: becomes its emoji; Tab completes it."""

SHORT_LOCAL_HELP: Final = """\
  At this terminal there are /go, /time and /clear, too. Alt-1 to Alt-9 go to
  another room, Tab completes, Alt-Enter begins a new line, :fire: is an emoji."""

_HELP_OF: Final = {
    "go": """\
/go ROOM
  Look at another room that you are in: by its name, its number, or the name of
  the one with whom you are alone in it. Alt-1 to Alt-9, Ctrl-N and Ctrl-P do, too.
  For example: /go lobby""",
    "time": """\
/time
  Show the time before each line, or no longer.
  For example: /time""",
    "clear": """\
/clear
  Empty the screen. What was on it is above: scroll up to see it.
  For example: /clear""",
}


def local_help(line: str) -> str | None:
    """Return what `line` is answered if it asks for help that is another here; None: it is not."""
    command, *about = line.casefold().split() or [""]
    verb = find_verb(command.removeprefix("/"))
    if not command.startswith("/") or verb is None or verb.name != "help":
        return None
    match about:
        case []:
            return f"{short_help_text()}\n{SHORT_LOCAL_HELP}"
        case ["all" | "/all"]:
            return f"{help_text()}\n{LOCAL_HELP}"
        case [word]:
            return _HELP_OF.get(word.removeprefix("/"))
    return None
