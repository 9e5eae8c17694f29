# tries: leave a thread that prints for ever; expect: harmless
def answer():
    import threading

    def shout():
        while True:
            open("noise", "w").write("x")

    threading.Thread(target=shout, daemon=False).start()
    return 1
