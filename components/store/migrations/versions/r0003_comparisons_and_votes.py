"""Comparisons, the runs that are part of them, and votes on their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("models", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("saved_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_index("ix_comparisons_list", "comparisons", ["created_at", "id"])
    op.create_table(
        "comparison_runs",
        sa.Column("comparison_id", sa.String(32), sa.ForeignKey("comparisons.id"), primary_key=True),
        sa.Column("variant_id", sa.String(32), primary_key=True),
        sa.Column("sample", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", _Number, sa.ForeignKey("runs.number"), nullable=False, index=True),
    )
    op.create_table(
        "comparison_files",
        sa.Column("comparison_id", sa.String(32), sa.ForeignKey("comparisons.id"), primary_key=True),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("files.sha256"), primary_key=True, index=True),
    )
    op.create_table(
        "vote_sessions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "comparison_id", sa.String(32), sa.ForeignKey("comparisons.id"), nullable=False, index=True
        ),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("pairs", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.create_table(
        "votes",
        sa.Column("session_id", sa.String(32), sa.ForeignKey("vote_sessions.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("voted_at", sa.BigInteger, nullable=False),
    )
