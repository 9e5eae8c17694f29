# tries: return what is nested ten thousand deep; expect: harmless|error|signal|crashed
def answer():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
