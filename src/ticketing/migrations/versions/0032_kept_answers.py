"""Answers to programs by their age, and letters that were queued together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

IN_A_GROUP = sa.text('group_id IS NOT NULL')


def upgrade() -> None:
    op.create_index('ix_api_answer_at', 'api_answer', ['at'])
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_id', sa.String(length=36), nullable=True))
    # Until now a message stood in the fact of its letters: event.message:<its id>:<whom it goes to>.
    op.execute("UPDATE letter SET group_id = substr(fact, 15, 36) WHERE kind = 'event.message'")
    op.create_index('ix_letter_group', 'letter', ['group_id', 'state'],
                    sqlite_where=IN_A_GROUP, postgresql_where=IN_A_GROUP)


def downgrade() -> None:
    op.drop_index('ix_letter_group', table_name='letter')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_column('group_id')
    op.drop_index('ix_api_answer_at', table_name='api_answer')
