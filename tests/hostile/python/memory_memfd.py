# tries: keep 10 GB in anonymous files; expect: told memfd_create
def answer():
    import os

    held = os.memfd_create("x")
    for _ in range(10_000):
        os.write(held, b"x" * (1 << 20))
