"""Which share of the lines of exam, worlds and the journal do the tests run? Below nine in ten is a failure.

Each process of the tests notes the lines that it ran, in a folder that it is given (`NOTE_LINES`); `python
tests/covered.py FOLDER` puts the notes together. A line is noted when it runs first and costs nothing from then on, so
all tests are looked at.
"""

import json
import os
import sys
from pathlib import Path

import slipcover

FLOORS = {"src/liveloop/exam": 90, "src/liveloop/worlds": 90, "src/liveloop/coach": 90}


class Lines:
    """Notes the lines of the modules that are imported from now on."""

    def __init__(self) -> None:
        self.cover = slipcover.Slipcover(source=list(FLOORS))
        slipcover.ImportManager(self.cover, slipcover.FileMatcher(sources=list(FLOORS))).__enter__()

    def write(self, folder: Path) -> None:
        """Write what ran in this process, the files by their path from here."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{os.getpid()}.json").write_text(json.dumps(self.cover.get_coverage()))


def main(folder: Path) -> int:
    """Put the notes together, print the three figures, and say which lines are missing where one is below its floor."""
    notes = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    if not notes:
        print(f"{folder}: no test noted its lines", file=sys.stderr)
        return 1
    whole = notes[0]
    for other in notes[1:]:
        slipcover.merge_coverage(whole, other)
    failed = 0
    for part, floor in FLOORS.items():
        files = {name: file for name, file in whole["files"].items() if name.startswith(f"{part}/")}
        ran = sum(len(file["executed_lines"]) for file in files.values())
        missing = sum(len(file["missing_lines"]) for file in files.values())
        share = 100 * ran / max(1, ran + missing)
        print(f"{part}: {share:.1f}% of {ran + missing:,} lines (floor {floor}%)")
        if share < floor:
            failed = 1
            for name, file in sorted(files.items()):
                if file["missing_lines"]:
                    print(f"  {name}: {', '.join(map(str, file['missing_lines']))}")
    return failed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
