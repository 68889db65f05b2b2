"""Accounts and what people may do; rooms of many kinds, and entries of many kinds."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns to what there is, and tables for what is new."""
    _widen_rooms_and_entries()
    _make_accounts()
    _make_tokens_and_codes()
    _make_members()
    _make_sanctions_and_blocks()
    _make_audit()


def _widen_rooms_and_entries() -> None:
    """Add columns whose default is constant: SQLite rewrites no row for them."""
    op.add_column("rooms", _text("kind", server_default="public"))
    op.add_column("rooms", _text("topic", server_default=""))
    op.add_column(
        "rooms", sa.Column("slow_s", sa.REAL, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("rooms", _text("made", server_default=""))
    op.create_index("rooms_of_a_kind", "rooms", ["kind", "name"])
    op.add_column("entries", _text("kind", server_default="message"))
    op.add_column(
        "entries", sa.Column("target", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("entries", _text("about", server_default=""))
    op.create_index(
        "entries_about", "entries", ["room", "target", "kind"], sqlite_where=sa.text("target != 0")
    )


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("number", sa.Integer, primary_key=True),
        _text("name"),
        _text("key", unique=True),
        _text("color"),
        _text("password"),
        sa.Column("administrator", sa.Boolean, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        _text("made"),
        _text("seen"),
        sqlite_autoincrement=True,
    )


def _make_tokens_and_codes() -> None:
    op.create_table(
        "tokens",
        _text("hash", primary_key=True),
        sa.Column("account", sa.Integer, nullable=False),
        _text("made"),
        _text("used"),
        sqlite_with_rowid=False,
    )
    op.create_index("tokens_of_an_account", "tokens", ["account"])
    op.create_table(
        "codes",
        _text("hash", primary_key=True),
        sa.Column("administrator", sa.Boolean, nullable=False),
        _text("by"),
        _text("expires"),
        sqlite_with_rowid=False,
    )


def _make_members() -> None:
    op.create_table(
        "members",
        sa.Column("room", sa.Integer, nullable=False),
        _text("identity"),
        sa.Column("role", sa.Integer, nullable=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("inside", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("room", "identity"),
        sqlite_with_rowid=False,
    )
    op.create_index("members_by_identity", "members", ["identity"])


def _make_sanctions_and_blocks() -> None:
    words = ("room", "kind", "by", "value", "name", "until", "reason", "moderator", "made")
    op.create_table(
        "sanctions",
        sa.Column("number", sa.Integer, primary_key=True),
        *(_text(word) for word in words),
    )
    op.create_index("sanctions_once", "sanctions", ["room", "kind", "by", "value"], unique=True)
    op.create_table(
        "blocks",
        _text("identity"),
        _text("key"),
        _text("name"),
        sa.PrimaryKeyConstraint("identity", "key"),
        sqlite_with_rowid=False,
    )


def _make_audit() -> None:
    words = ("time", "room", "by", "action", "about", "text")
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True),
        *(_text(word) for word in words),
    )
    op.create_index("audit_of_a_room", "audit", ["room"])


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **more)
