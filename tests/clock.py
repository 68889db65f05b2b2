"""A clock for tests."""


class Clock:
    """Stands still until it is told to move; seconds."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now
