# tries: start threads whose stacks are too small to count; expect: error|memory|wall|crashed
def answer():
    import threading
    import time

    threading.stack_size(32768)
    for _ in range(100_000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
