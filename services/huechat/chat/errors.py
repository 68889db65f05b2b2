"""The domain's own error."""

from __future__ import annotations


class RefusedError(Exception):
    """A command broke a rule. `code` is one of `protocol.ERRORS`; the text says what to do.

    `retry_after_s`: seconds after which the same would be taken; 0: it would not be.
    """

    def __init__(self, code: str, message: str, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s
