"""Bringing a database's schema up to date, forwards."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

from huechat.store import StoreError

NEWEST: Final = "0002"
"""The revision that this version of huechat works with."""


def migrate(db: Connection) -> None:
    """Bring the database at `db` to `NEWEST`, within the caller's transaction.

    Raises `StoreError` for a database that a newer huechat made, and leaves it alone.
    """
    found = _revision(db)
    if found == NEWEST:
        return
    if found is not None and found > NEWEST:
        raise StoreError(
            "storage_newer",
            f"the database was made by a newer huechat (schema {found}; this one knows {NEWEST}):"
            " run that version, or restore a backup",
        )
    _upgrade(db)


def _revision(db: Connection) -> str | None:
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(db: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to load, and rarely needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "huechat.store:migrations")
    config.attributes["connection"] = db
    command.upgrade(config, NEWEST)
