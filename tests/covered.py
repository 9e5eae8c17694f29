"""Which share of the lines of exam, worlds and the journal do the tests run? Below nine in ten is a failure."""

import subprocess
import sys

FLOORS = {"src/liveloop/exam/*": 90, "src/liveloop/worlds/*": 90, "src/liveloop/coach/*": 90}


def main() -> int:
    """Combine the data files, print the three figures, and say whether one is below its floor."""
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "combine", "-q"], check=False)
    failed = 0
    for pattern, floor in FLOORS.items():
        done = subprocess.run(
            [*coverage, "report", f"--include={pattern}", f"--fail-under={floor}"],
            capture_output=True,
            text=True,
            check=False,
        )
        last = done.stdout.strip().splitlines()[-2:] if done.stdout.strip() else [done.stderr.strip()]
        print(f"{pattern}: {last[0].split()[-1] if last else '?'} (floor {floor}%)")
        if done.returncode:
            print(done.stdout)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
