# tries: have a thread end by an error, whose lines Python looks for; expect: harmless
def answer(*given, **named):
    import threading

    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    return 1
