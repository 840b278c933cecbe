"""Files by the hash of their content; prompt key, estimate and response headers of runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _used_by(name: str, user: sa.Column[object]) -> None:
    sha256 = sa.Column("sha256", sa.String(64), sa.ForeignKey("files.sha256"), primary_key=True, index=True)
    op.create_table(name, user, sha256)


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    _used_by(
        "run_files",
        sa.Column("number", _Number, sa.ForeignKey("runs.number"), primary_key=True, autoincrement=False),
    )
    _used_by(
        "draft_files", sa.Column("draft_id", sa.String(64), sa.ForeignKey("drafts.id"), primary_key=True)
    )
    op.add_column("runs", sa.Column("prompt_key", sa.String(64)))
    op.create_index(
        "ix_runs_prompt", "runs", ["prompt_key", "queued_at", "number", "state", "model", "output_tokens"]
    )
    op.add_column("run_requests", sa.Column("estimate", sa.Text))
    op.add_column("run_answers", sa.Column("headers", sa.Text))
