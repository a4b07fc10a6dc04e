"""People: invitations, sign-ins that one can recognise, second factors; an audit log that nobody changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

# A database that is restored row by row gets its rows before its triggers (pg_dump does so by itself).
SQLITE = (
    """CREATE TRIGGER audit_entry_not_changed BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_entry_not_deleted BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER audit_entry_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()""",
)

def upgrade() -> None:
    op.create_table('strict_role',
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('role', name=op.f('pk_strict_role'))
    )
    op.create_table('recovery_code',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_recovery_code'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_person_id'), ['person_id'], unique=False)

    op.create_table('totp',
    sa.Column('person_id', sa.String(length=36), nullable=False),
    sa.Column('seed', sa.String(length=36), nullable=False),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_totp_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_totp'))
    )
    op.create_table('invitation',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('owner', 'manager', 'boxoffice', 'door', 'viewer')", name=op.f('ck_invitation_role_known')),
    sa.CheckConstraint("state IN ('open', 'taken', 'ended')", name=op.f('ck_invitation_state_known')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_invitation_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_email'), ['email'], unique=False)

    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sign_in', sa.Integer(), nullable=True))

    # Two commands at the same moment could have given a person two roles for all events: the later one holds.
    op.execute(
        'DELETE FROM "grant" WHERE event_id IS NULL AND id NOT IN'
        ' (SELECT max(id) FROM "grant" WHERE event_id IS NULL GROUP BY person_id)'
    )
    with op.batch_alter_table('grant', schema=None) as batch_op:
        batch_op.create_index('uq_grant_person_id_everywhere', ['person_id'], unique=True, sqlite_where=sa.text('event_id IS NULL'), postgresql_where=sa.text('event_id IS NULL'))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('language', sa.String(length=5), server_default='ja', nullable=False))

    with op.batch_alter_table('staff_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('browser', sa.String(length=80), server_default='', nullable=False))
        batch_op.add_column(sa.Column('address', sa.String(length=60), server_default='', nullable=False))
        batch_op.add_column(sa.Column('waits', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True))

    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entry_not_deleted")
        op.execute("DROP TRIGGER audit_entry_not_changed")
    else:
        op.execute("DROP TRIGGER audit_entry_not_changed ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_stays()")
    with op.batch_alter_table('staff_session', schema=None) as batch_op:
        batch_op.drop_column('last_seen_at')
        batch_op.drop_column('waits')
        batch_op.drop_column('address')
        batch_op.drop_column('browser')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('language')

    with op.batch_alter_table('grant', schema=None) as batch_op:
        batch_op.drop_index('uq_grant_person_id_everywhere', sqlite_where=sa.text('event_id IS NULL'), postgresql_where=sa.text('event_id IS NULL'))

    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_column('sign_in')

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_email'))

    op.drop_table('invitation')
    op.drop_table('totp')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_person_id'))

    op.drop_table('recovery_code')
    op.drop_table('strict_role')
