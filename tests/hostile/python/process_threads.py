# tries: start threads without end; expect: error|memory|wall|signal|crashed|cpu
def answer():
    import threading
    import time

    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
