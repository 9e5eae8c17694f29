# tries: become a real-time process; expect: error|harmless
def answer():
    import os

    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))
