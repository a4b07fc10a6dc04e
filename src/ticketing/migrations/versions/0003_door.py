"""Stays, tablets that work offline and what they report for people to settle, lists that tell what changed; what a
dispute costs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fee_minor', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('occupancy', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reserved', sa.Integer(), server_default='0', nullable=False))
        batch_op.drop_constraint(batch_op.f('ck_occupancy_counts_not_negative'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_occupancy_counts_not_negative'), 'inside >= 0 AND inside + untracked >= 0 AND reserved >= 0'
        )

    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('open_scan_id', sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_presence_changed', ['changed_at'], unique=False)

    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('epoch', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('seq', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('permit', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('closes', sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column('undoes', sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column('override_by', sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column('override_reason', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('list_version', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('clock_error_ms', sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_scan_device_id_epoch_seq'), ['device_id', 'epoch', 'seq'])

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_ticket_changed', ['event_id', 'changed_at'], unique=False)

    op.execute("UPDATE ticket SET changed_at = COALESCE(revoked_at, issued_at)")
    op.execute("UPDATE presence SET changed_at = last_at")
    op.execute(
        "UPDATE presence SET open_scan_id = (SELECT id FROM scan WHERE scan.ticket_id = presence.ticket_id"
        " AND kind = 'entry' AND decision = 'admit' ORDER BY received_at DESC, id DESC LIMIT 1) WHERE inside"
    )
    for table in ('ticket', 'presence'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('changed_at', existing_type=sa.DateTime(timezone=True), nullable=False)

    op.create_table('emptying',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('inside', sa.Integer(), nullable=False),
    sa.Column('untracked', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_emptying_room_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_emptying'))
    )
    with op.batch_alter_table('emptying', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_emptying_room_id'), ['room_id'], unique=False)

    op.create_table('supervisor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('salt', sa.String(length=64), nullable=False),
    sa.Column('pin_hash', sa.String(length=64), nullable=False),
    sa.Column('rounds', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_supervisor_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervisor'))
    )
    with op.batch_alter_table('supervisor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervisor_event_id'), ['event_id'], unique=False)

    op.create_table('permit_move',
    sa.Column('device_id', sa.String(length=36), nullable=False),
    sa.Column('way', sa.String(length=6), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('permits', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("way IN ('grant', 'return')", name=op.f('ck_permit_move_way_known')),
    sa.CheckConstraint('permits > 0', name=op.f('ck_permit_move_permits_positive')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_permit_move_device_id')),
    sa.PrimaryKeyConstraint('device_id', 'way', 'n', name=op.f('pk_permit_move'))
    )
    op.create_table('station',
    sa.Column('device_id', sa.String(length=36), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('permits', sa.Integer(), nullable=False),
    sa.Column('granted', sa.Integer(), nullable=False),
    sa.Column('acked_seq', sa.Integer(), nullable=False),
    sa.Column('contact_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('list_version', sa.BigInteger(), nullable=False),
    sa.Column('battery', sa.Integer(), nullable=True),
    sa.Column('queued', sa.Integer(), nullable=True),
    sa.Column('clock_offset_ms', sa.Integer(), nullable=True),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('test', sa.JSON(), nullable=True),
    sa.Column('written_off_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('permits >= 0', name=op.f('ck_station_permits_not_negative')),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_station_device_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_station_room_id')),
    sa.PrimaryKeyConstraint('device_id', name=op.f('pk_station'))
    )
    with op.batch_alter_table('station', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_room_id'), ['room_id'], unique=False)

    op.create_table('conflict',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.String(length=36), nullable=True),
    sa.Column('scan_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=100), nullable=True),
    sa.Column('resolution', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_conflict_event_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_conflict_room_id')),
    sa.ForeignKeyConstraint(['scan_id'], ['scan.id'], name=op.f('fk_conflict_scan_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_conflict_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict')),
    sa.UniqueConstraint('scan_id', 'kind', name=op.f('uq_conflict_scan_id_kind'))
    )
    with op.batch_alter_table('conflict', schema=None) as batch_op:
        batch_op.create_index('ix_conflict_event', ['event_id', 'closed_at'], unique=False)

    op.create_table('stay',
    sa.Column('scan_id', sa.String(length=36), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.String(length=36), nullable=True),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('holder_id', sa.String(length=36), nullable=True),
    sa.Column('left_scan_id', sa.String(length=36), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closing', sa.String(length=10), nullable=True),
    sa.CheckConstraint("closing IN ('exit', 'undone', 'emptied', 'settled')", name=op.f('ck_stay_closing_known')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_stay_event_id')),
    sa.ForeignKeyConstraint(['holder_id'], ['device.id'], name=op.f('fk_stay_holder_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_stay_room_id')),
    sa.ForeignKeyConstraint(['scan_id'], ['scan.id'], name=op.f('fk_stay_scan_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_stay_ticket_id')),
    sa.PrimaryKeyConstraint('scan_id', name=op.f('pk_stay'))
    )
    with op.batch_alter_table('stay', schema=None) as batch_op:
        batch_op.create_index('ix_stay_open', ['room_id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_stay_ticket_id'), ['ticket_id'], unique=False)
    op.execute(
        "INSERT INTO stay (scan_id, event_id, ticket_id, room_id) SELECT scan.id, scan.event_id, scan.ticket_id,"
        " presence.room_id FROM presence JOIN scan ON scan.id = presence.open_scan_id WHERE presence.inside"
    )


def downgrade() -> None:
    with op.batch_alter_table('stay', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stay_ticket_id'))
        batch_op.drop_index('ix_stay_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.drop_table('stay')
    with op.batch_alter_table('conflict', schema=None) as batch_op:
        batch_op.drop_index('ix_conflict_event')

    op.drop_table('conflict')
    with op.batch_alter_table('station', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_station_room_id'))

    op.drop_table('station')
    op.drop_table('permit_move')
    with op.batch_alter_table('supervisor', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_supervisor_event_id'))

    op.drop_table('supervisor')
    with op.batch_alter_table('emptying', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_emptying_room_id'))

    op.drop_table('emptying')

    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_changed')
        batch_op.drop_column('changed_at')

    with op.batch_alter_table('scan', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_scan_device_id_epoch_seq'), type_='unique')
        batch_op.drop_column('clock_error_ms')
        batch_op.drop_column('list_version')
        batch_op.drop_column('override_reason')
        batch_op.drop_column('override_by')
        batch_op.drop_column('undoes')
        batch_op.drop_column('closes')
        batch_op.drop_column('permit')
        batch_op.drop_column('seq')
        batch_op.drop_column('epoch')

    with op.batch_alter_table('presence', schema=None) as batch_op:
        batch_op.drop_index('ix_presence_changed')
        batch_op.drop_column('changed_at')
        batch_op.drop_column('open_scan_id')

    with op.batch_alter_table('occupancy', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_occupancy_counts_not_negative'), type_='check')
        batch_op.create_check_constraint(
            batch_op.f('ck_occupancy_counts_not_negative'), 'inside >= 0 AND inside + untracked >= 0'
        )
        batch_op.drop_column('reserved')

    with op.batch_alter_table('dispute', schema=None) as batch_op:
        batch_op.drop_column('fee_minor')
