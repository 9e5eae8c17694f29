"""Which share of the lines of exam, worlds and the journal do the tests run? Below nine in ten is a failure."""

import subprocess
import sys

FLOORS = {"src/liveloop/exam/*": 90, "src/liveloop/worlds/*": 90, "src/liveloop/coach/*": 90}


def main() -> int:
    """Combine the data files, print the three figures, and say whether one is below its floor."""
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "combine", "-q"], capture_output=True, check=False)  # those that are not combined yet
    failed = 0
    for pattern, floor in FLOORS.items():
        command = [*coverage, "report", f"--include={pattern}", f"--fail-under={floor}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        total = [line for line in done.stdout.splitlines() if line.startswith("TOTAL")]
        print(f"{pattern}: {total[0].split()[-1] if total else done.stderr or done.stdout} (floor {floor}%)")
        if done.returncode:
            print(done.stdout)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
