"""The tables, as the newest migration leaves them; a test compares the two.

A run lies in four tables, so that the history list reads narrow rows only and a write of the growing
answer never rewrites the request. The bytes of images and PDFs lie in `files`, once per content; in their
place requests, drafts and comparisons hold references (`components.domain.long_data`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from components.store.columns import Dollars, JsonText, Moment, PlainText

HEAD: Final = "0003"
"""The newest migration. Kept here so that opening a current database needs no Alembic."""

metadata: Final = MetaData()

_Number = BigInteger().with_variant(Integer(), "sqlite")

runs: Final = Table(
    "runs",
    metadata,
    Column("number", _Number, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("owner", String(32), nullable=False),
    Column("model", PlainText, nullable=False),
    Column("prompt_start", PlainText, nullable=False),
    Column("connection", PlainText, nullable=False),
    Column("base_url", PlainText, nullable=False),
    Column("anthropic_version", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("cost_usd", Dollars),
    Column("stop_reason", PlainText),
    Column("request_id", PlainText),
    Column("queued_at", Moment, nullable=False),
    Column("first_byte_at", Moment),
    Column("first_text_at", Moment),
    Column("ended_at", Moment),
    Column("saved_at", Moment, nullable=False),
    Column("error_sentence", PlainText),
    Column("error_status", Integer),
    Column("error_type", PlainText),
    Column("error_code", PlainText),
    Column("error_retry_after_s", Float),
    Column("error_body", PlainText),
    Column("prompt_key", String(64)),
)
# The list walks this index from its end and decides every filter without touching a row. There is no index
# on model or state alone: SQLite would prefer it, and sort half of the table for a common model.
Index("ix_runs_list", runs.c.queued_at, runs.c.number, runs.c.state, runs.c.model)
# The newest outputs of one prompt: everything the question needs, in the order it needs it.
Index(
    "ix_runs_prompt",
    runs.c.prompt_key,
    runs.c.queued_at,
    runs.c.number,
    runs.c.state,
    runs.c.model,
    runs.c.output_tokens,
)

run_requests: Final = Table(
    "run_requests",
    metadata,
    Column("number", _Number, ForeignKey(runs.c.number), primary_key=True, autoincrement=False),
    Column("body_json", Text, nullable=False),
    Column("betas", JsonText, nullable=False),
    Column("draft", JsonText),
    Column("estimate", JsonText),
)

run_answers: Final = Table(
    "run_answers",
    metadata,
    Column("number", _Number, ForeignKey(runs.c.number), primary_key=True, autoincrement=False),
    Column("message", JsonText),
    Column("headers", JsonText),
)

run_texts: Final = Table(
    "run_texts",
    metadata,
    Column("number", _Number, ForeignKey(runs.c.number), primary_key=True, autoincrement=False),
    Column("prompt", Text, nullable=False),
    Column("answer", Text, nullable=False),
)

drafts: Final = Table(
    "drafts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("content", JsonText, nullable=False),
    Column("saved_at", Moment, nullable=False, index=True),
)

comparisons: Final = Table(
    "comparisons",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", PlainText, nullable=False),
    Column("models", JsonText, nullable=False),
    Column("folded", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False, index=True),
    # Last, so that the list finds the rest of a row without walking over this.
    Column("content", JsonText, nullable=False),
)
Index("ix_comparisons_list", comparisons.c.created_at, comparisons.c.id)

comparison_runs: Final = Table(
    "comparison_runs",
    metadata,
    Column("comparison_id", String(32), ForeignKey(comparisons.c.id), primary_key=True),
    Column("variant_id", String(32), primary_key=True),
    Column("sample", Integer, primary_key=True, autoincrement=False),
    Column("number", _Number, ForeignKey(runs.c.number), nullable=False, index=True),
)

vote_sessions: Final = Table(
    "vote_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("comparison_id", String(32), ForeignKey(comparisons.c.id), nullable=False, index=True),
    Column("seed", BigInteger, nullable=False),
    Column("pairs", JsonText, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

votes: Final = Table(
    "votes",
    metadata,
    Column("session_id", String(32), ForeignKey(vote_sessions.c.id), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("verdict", String(16), nullable=False),
    Column("voted_at", Moment, nullable=False),
)

connections: Final = Table(
    "connections",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("folded_name", PlainText, nullable=False, unique=True),
    Column("base_url", PlainText, nullable=False),
    Column("anthropic_version", String(64), nullable=False),
    Column("auth", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
)

files: Final = Table(
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
)

run_files: Final = Table(
    "run_files",
    metadata,
    Column("number", _Number, ForeignKey(runs.c.number), primary_key=True, autoincrement=False),
    Column("sha256", String(64), ForeignKey(files.c.sha256), primary_key=True, index=True),
)

draft_files: Final = Table(
    "draft_files",
    metadata,
    Column("draft_id", String(64), ForeignKey(drafts.c.id), primary_key=True),
    Column("sha256", String(64), ForeignKey(files.c.sha256), primary_key=True, index=True),
)

comparison_files: Final = Table(
    "comparison_files",
    metadata,
    Column("comparison_id", String(32), ForeignKey(comparisons.c.id), primary_key=True),
    Column("sha256", String(64), ForeignKey(files.c.sha256), primary_key=True, index=True),
)
