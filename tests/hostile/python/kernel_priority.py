# tries: take the machine for itself; expect: error|harmless
def answer():
    import os

    os.sched_setaffinity(0, range(1))
    os.setpriority(os.PRIO_PROCESS, 0, -20)
