"""What is left of messages that were deleted: their places, and nothing that was said."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from huechat.protocol.entries import AnyEntry, Deleted, Edited, Message, Reacted


def deleted_by(entries: Collection[AnyEntry]) -> set[int]:
    """Return the `seq` of the messages that `entries` say are not to be shown any more."""
    return {entry.target for entry in entries if entry.__class__ is Deleted}


def quoted(entry: AnyEntry) -> int:
    """Return the `seq` of the message, other than itself, whose words are in `entry`; 0: none."""
    if isinstance(entry, Message):
        return entry.reply
    return entry.target if isinstance(entry, Edited | Reacted) else 0


def left_of(entry: AnyEntry, gone: Collection[int]) -> AnyEntry:
    """Return `entry` without the words of the messages in `gone`; itself if it has none of them.

    It keeps its place, or those who come later would miss a `seq`.
    """
    if isinstance(entry, Message) and entry.seq in gone:
        entry = replace(entry, text="")
    if isinstance(entry, Message | Reacted) and quoted(entry) in gone:
        return replace(entry, about=_whose(entry.about))
    if isinstance(entry, Edited) and entry.target in gone:
        return replace(entry, text="", about=_whose(entry.about))
    return entry


def _whose(about: str) -> str:
    """Return the name alone of what `rules.about` made."""
    return about.partition(": ")[0]
