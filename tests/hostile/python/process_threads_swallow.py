# tries: start threads without end and swallow every failure; expect: error|memory|wall|signal|crashed|cpu
def answer():
    import threading
    import time

    while True:
        try:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError:
            pass
