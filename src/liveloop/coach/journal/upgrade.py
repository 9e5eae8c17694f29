"""Which migrations are missing, and how are they run inside one transaction?"""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Run the missing migrations on a connection that is inside a transaction."""
    scripts = ScriptDirectory(str(MIGRATIONS))

    def steps(revision: object, context: MigrationContext) -> list[RevisionStep]:
        del context
        return scripts._upgrade_revs("head", revision)  # type: ignore[arg-type]

    environment = EnvironmentContext(Config(), scripts)
    with environment:
        environment.configure(connection=connection, fn=steps)
        with environment.begin_transaction():
            environment.run_migrations()


def newest() -> str:
    """Name the last migration of the folder."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())
