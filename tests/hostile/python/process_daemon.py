# tries: outlive the job as a daemon; expect: processes|told
def answer():
    import os

    try:
        os.setsid()
    except OSError:
        pass
    return os.fork()
