# tries: have the interpreter wait for a thread at its end; expect: harmless
def answer():
    import threading
    import time

    threading.Thread(target=time.sleep, args=(1000,)).start()
    return 1
