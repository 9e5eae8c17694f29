# tries: wait for a lock that it holds; expect: wall
def answer():
    import threading

    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
