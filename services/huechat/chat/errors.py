"""The domain's own error."""

from __future__ import annotations


class RefusedError(Exception):
    """A command broke a rule. `code` is one of `protocol.ERRORS`; the text says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
