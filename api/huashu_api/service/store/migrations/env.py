"""Alembic's entry: works on the connection that :class:`huashu_api.service.store.database.Store` hands over."""

from __future__ import annotations

from alembic import context

from huashu_api.service.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
