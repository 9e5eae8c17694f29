"""What can this machine do, and why not more?"""

from __future__ import annotations

from liveloop.cli.show import AsJson, console, show_json, table


def examine_machine(as_json: AsJson = False) -> None:
    """Say which sandbox level this machine has and why, and where things are kept."""
    from liveloop.base.settings import read_settings
    from liveloop.exam.sandbox import doctor, try_job

    settings, found = read_settings(), doctor()
    wrong = try_job(found.best)  # what was found out is about the machine; that a job runs is seen when one does
    ran = "ran" if wrong is None else f"did not run: {wrong}"
    if as_json:
        told = {"best": found.best, "levels": found.levels, "facts": found.facts, "journal": settings.journal}
        show_json({**told, "job": ran})
        raise SystemExit(int(wrong is not None))
    out = console()
    rows = ((one.level, "works" if one.works else "does not", one.why) for one in found.levels)
    out.print(table(("level", "", "why"), rows, whole=("level",)))
    out.print(table(("fact", ""), [*found.facts.items(), ("journal", settings.journal)], whole=("fact",)))
    out.print(f"foreign code runs at level {found.best}: one job {ran}")
    raise SystemExit(int(wrong is not None))
