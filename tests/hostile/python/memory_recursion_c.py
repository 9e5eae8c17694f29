# tries: burst the stack inside C; expect: signal|error|memory|wall|cpu
def answer():
    import sys

    sys.setrecursionlimit(1 << 30)
    deep = None
    for _ in range(3_000_000):
        deep = (deep,)
    return repr(deep)[:10]
