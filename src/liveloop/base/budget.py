"""How much of the time for a piece of work is left, whatever else the machine has to do?"""

from __future__ import annotations

from time import perf_counter, process_time

PATIENCE = 4.0  # how many seconds of the clock a second of work may last


class Budget:
    """Seconds of work for this process, counted from now.

    What is found within a time should not hang on what else runs beside it. So a second is one of this process's
    processor time: never shorter than one of the clock (other threads work too), and at most `PATIENCE` of these (who
    waits for long is answered all the same). On an idle machine it is the clock's.

    Examples
    --------
    >>> budget = Budget(2.0)
    >>> 1.9 < budget.left <= 2.0, budget.over, Budget(0.0).over
    (True, False, True)
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._clock, self._worked = perf_counter(), process_time()

    @property
    def left(self) -> float:
        """Say how many seconds are left: below 0 where more were spent."""
        waited = perf_counter() - self._clock
        return self.seconds - max(min(waited, process_time() - self._worked), waited / PATIENCE)

    @property
    def over(self) -> bool:
        """Say whether none is left."""
        # The clock is asked first, as it costs a tenth of asking for processor time.
        return perf_counter() - self._clock >= self.seconds and self.left <= 0
