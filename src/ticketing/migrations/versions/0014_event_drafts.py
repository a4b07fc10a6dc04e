"""Drafts of events, beside the events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('event_draft',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('base', sa.JSON(), nullable=True),
    sa.Column('shifted_seconds', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_event_draft_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_draft')),
    sa.UniqueConstraint('event_id', name=op.f('uq_event_draft_event_id'))
    )
    op.create_table('event_draft_version',
    sa.Column('draft_id', sa.String(length=36), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['event_draft.id'], name=op.f('fk_event_draft_version_draft_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('draft_id', 'version', name=op.f('pk_event_draft_version'))
    )


def downgrade() -> None:
    op.drop_table('event_draft_version')
    op.drop_table('event_draft')
