"""An event that comes before the message or thread it is about is found again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("about", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_inbox_about"), "inbox", ["about"], postgresql_where=sa.text("about IS NOT NULL"), unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_inbox_about"), table_name="inbox", postgresql_where=sa.text("about IS NOT NULL"))
    op.drop_column("inbox", "about")
