"""Sources of knowledge, code beside documents and tickets, and what passages mean (embeddings).

Documents that were taken in before are forgotten, since nothing tells which folder they came from: `inkling ingest
docs` brings them back. Past tickets stay.
"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Names in code are words and made of words: `FSDownload.checkDate` is found as it is, by "download" and "check date".
_WORDS = r"""
create function inkling_words(text) returns text language sql immutable strict parallel safe as $$
    select regexp_replace($1, '[^[:alnum:]]+', ' ', 'g') || ' ' || coalesce((
        select string_agg(regexp_replace(found[1], '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'), ' ')
        from regexp_matches($1, '([[:alnum:]]*[[:lower:][:digit:]][[:upper:]][[:alnum:]]*)', 'g') as found
    ), '')
$$
"""
_SEARCH = (
    "setweight(to_tsvector('english', inkling_words(heading)), 'A')"
    " || setweight(to_tsvector('english', inkling_words(text)), 'D')"
)


def upgrade() -> None:
    op.execute("create extension if not exists vector")
    op.execute(_WORDS)
    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("commit", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("kind", "location", name=op.f("uq_sources_kind_location")),
    )
    op.create_table(
        "uploads",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_uploads_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_uploads")),
    )
    _documents()
    _passages()
    # Until Slack tells that a channel is public, what is said there is not.
    op.add_column("reports", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.alter_column("reports", "private", server_default=None)
    op.create_table(
        "embeddings",
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("vector", HALFVEC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passages.id"], name=op.f("fk_embeddings_passage_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage_id", "model", name=op.f("pk_embeddings")),
    )
    op.create_index(op.f("ix_embeddings_kind_model"), "embeddings", ["kind", "model"])
    op.create_table(
        "embedding_models",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("dimensions", sa.BigInteger(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_embedding_models")),
    )


def _documents() -> None:
    op.execute("delete from documents where kind = 'document'")
    op.add_column("documents", sa.Column("source_id", sa.BigInteger(), nullable=True))
    op.execute(
        "insert into sources"
        " (kind, location, name, link, commit, state, note, seen, total, outcome, problems, created_at)"
        " select 'tickets', 'past', 'Past tickets', '', '', 'ready', '', 0, 0, '{}', '{}', now()"
        " where exists (select from documents)"
    )
    op.execute("update documents set source_id = (select id from sources)")
    op.alter_column("documents", "source_id", nullable=False)
    op.drop_constraint("uq_documents_kind_path", "documents")
    op.create_unique_constraint(op.f("uq_documents_source_id_path"), "documents", ["source_id", "path"])
    op.create_foreign_key(
        op.f("fk_documents_source_id"), "documents", "sources", ["source_id"], ["id"], ondelete="CASCADE"
    )
    for name, kind in (("workspace_id", "workspaces"), ("ticket_id", "tickets")):
        op.add_column("documents", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_documents_{name}"), "documents", kind, [name], ["id"])
    op.create_unique_constraint(op.f("uq_documents_ticket_id"), "documents", ["ticket_id"])
    op.add_column("documents", sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("documents", sa.Column("status", sa.Text(), nullable=False, server_default=""))
    op.alter_column("documents", "status", server_default=None)
    op.add_column("documents", sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True))


def _passages() -> None:
    op.add_column("passages", sa.Column("kind", sa.Text(), nullable=False, server_default="ticket"))
    op.alter_column("passages", "kind", server_default=None)
    op.add_column("passages", sa.Column("symbol", sa.Text(), nullable=False, server_default=""))
    op.alter_column("passages", "symbol", server_default=None)
    op.add_column("passages", sa.Column("line", sa.BigInteger(), nullable=True))
    op.drop_constraint("uq_passages_document_id_position", "passages")
    op.create_index(op.f("ix_passages_document_id"), "passages", ["document_id"])
    op.drop_column("passages", "search")
    search = sa.Column("search", postgresql.TSVECTOR(), sa.Computed(_SEARCH, persisted=True), nullable=False)
    op.add_column("passages", search)
    op.create_index("ix_passages_search", "passages", ["search"], postgresql_using="gin")
    tickets = sa.text("kind = 'ticket'")
    op.create_index(
        "ix_passages_search_tickets", "passages", ["search"], postgresql_using="gin", postgresql_where=tickets
    )


def downgrade() -> None:
    op.drop_column("reports", "private")
    op.drop_table("embedding_models")
    op.drop_table("embeddings")
    op.execute("delete from documents where kind = 'code' or ticket_id is not null")
    op.drop_index("ix_passages_search_tickets", table_name="passages")
    op.drop_column("passages", "search")
    op.add_column(
        "passages",
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('english', heading || ' ' || text)", persisted=True),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_passages_search", "passages", ["search"], postgresql_using="gin", postgresql_with={"fastupdate": "off"}
    )
    op.drop_index(op.f("ix_passages_document_id"), table_name="passages")
    op.create_unique_constraint("uq_passages_document_id_position", "passages", ["document_id", "position"])
    for name in ("kind", "symbol", "line"):
        op.drop_column("passages", name)
    op.drop_constraint("uq_documents_source_id_path", "documents")
    op.execute("delete from documents where id not in (select max(id) from documents group by kind, path)")
    op.create_unique_constraint("uq_documents_kind_path", "documents", ["kind", "path"])
    for name in ("source_id", "workspace_id", "ticket_id", "audience", "happened_at", "status"):
        op.drop_column("documents", name)
    op.drop_table("uploads")
    op.drop_table("sources")
    op.execute("drop function inkling_words(text)")
