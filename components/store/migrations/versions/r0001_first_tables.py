"""Runs, drafts and connections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_a_run(name: str, *columns: sa.Column[object]) -> None:
    number = sa.Column("number", _Number, sa.ForeignKey("runs.number"), primary_key=True, autoincrement=False)
    op.create_table(name, number, *columns)


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("number", _Number, primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("prompt_start", sa.Text, nullable=False),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("anthropic_version", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
        sa.Column("input_tokens", sa.BigInteger),
        sa.Column("output_tokens", sa.BigInteger),
        sa.Column("cost_usd", sa.BigInteger),
        sa.Column("stop_reason", sa.Text),
        sa.Column("request_id", sa.Text),
        sa.Column("queued_at", sa.BigInteger, nullable=False),
        sa.Column("first_byte_at", sa.BigInteger),
        sa.Column("first_text_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("saved_at", sa.BigInteger, nullable=False),
        sa.Column("error_sentence", sa.Text),
        sa.Column("error_status", sa.Integer),
        sa.Column("error_type", sa.Text),
        sa.Column("error_code", sa.Text),
        sa.Column("error_retry_after_s", sa.Float),
        sa.Column("error_body", sa.Text),
    )
    op.create_index("ix_runs_list", "runs", ["queued_at", "number", "state", "model"])
    _of_a_run(
        "run_requests",
        sa.Column("body_json", sa.Text, nullable=False),
        sa.Column("betas", sa.Text, nullable=False),
        sa.Column("draft", sa.Text),
    )
    _of_a_run("run_answers", sa.Column("message", sa.Text))
    _of_a_run(
        "run_texts",
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("saved_at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "connections",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded_name", sa.Text, nullable=False, unique=True),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("anthropic_version", sa.String(64), nullable=False),
        sa.Column("auth", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
