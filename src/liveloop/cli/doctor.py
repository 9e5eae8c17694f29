"""What can this machine do, and why not more?"""

from __future__ import annotations

from liveloop.cli.show import AsJson, console, show_json, table


def examine_machine(as_json: AsJson = False) -> None:
    """Say which sandbox level this machine has and why, and where things are kept."""
    from liveloop.base.settings import read_settings
    from liveloop.exam.sandbox import doctor

    settings, found = read_settings(), doctor()
    if as_json:
        show_json({"best": found.best, "levels": found.levels, "facts": found.facts, "journal": settings.journal})
        return
    out = console()
    rows = ((one.level, "works" if one.works else "does not", one.why) for one in found.levels)
    out.print(table(("level", "", "why"), rows, whole=("level",)))
    out.print(table(("fact", ""), [*found.facts.items(), ("journal", settings.journal)], whole=("fact",)))
    out.print(f"foreign code runs at level {found.best}")
