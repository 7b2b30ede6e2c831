"""Reports that join a ticket, the matches they are shown before, and what people ask about what is known.

From here on Postgres also knows how common 4,000 words are, where it knew of 1,000: the others are counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_JOINED_BY = "fk_ticket_reports_joined_by"


def upgrade() -> None:
    op.execute("alter table passages alter column search set statistics 400")
    op.add_column("ticket_reports", sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket_reports", sa.Column("joined_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f(_JOINED_BY), "ticket_reports", "people", ["joined_by"], ["id"])
    op.create_table(
        "matches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_matches_report_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_matches_ticket_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_matches_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
        sa.UniqueConstraint("report_id", "ticket_id", name=op.f("uq_matches_report_id_ticket_id")),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_inquiries_workspace_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_inquiries_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
        sa.UniqueConstraint("workspace_id", "channel_id", "ts", name=op.f("uq_inquiries_workspace_id_channel_id_ts")),
    )


def downgrade() -> None:
    op.execute("alter table passages alter column search set statistics -1")
    op.drop_table("inquiries")
    op.drop_table("matches")
    op.drop_constraint(op.f(_JOINED_BY), "ticket_reports", type_="foreignkey")
    op.drop_column("ticket_reports", "joined_by")
    op.drop_column("ticket_reports", "joined_at")
