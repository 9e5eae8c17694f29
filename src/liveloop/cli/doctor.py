"""What can this machine do, and why not more?"""

from __future__ import annotations

from liveloop.cli.show import AsJson, console, show_json, table


def examine_machine(as_json: AsJson = False) -> None:
    """Say which sandbox level this machine has and why, and where things are kept."""
    from liveloop.exam.sandbox.doctor import diagnose

    diagnosis = diagnose()
    if as_json:
        show_json(diagnosis)
        return
    console().print(table(("level", "works", "why"), ((d.level, d.works, d.why) for d in diagnosis.levels)))
