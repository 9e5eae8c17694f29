"""What does a foreign query give?"""

from __future__ import annotations

import duckdb

SAFE = {
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "memory_limit": "256MB",
    "temp_directory": "",
    "threads": 1,
    "enable_external_access": False,
    "lock_configuration": True,
}


def main(payload: bytes) -> bytes:
    """Run the query in an empty, locked database and give back its rows, as text."""
    with duckdb.connect(":memory:", config=SAFE) as connection:
        return repr(connection.execute(payload.decode()).fetchall()).encode()
