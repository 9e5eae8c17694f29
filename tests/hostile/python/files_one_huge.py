# tries: write one endless file; expect: error|signal
def answer():
    with open("big", "wb") as file:
        while True:
            file.write(b"x" * (1 << 24))
