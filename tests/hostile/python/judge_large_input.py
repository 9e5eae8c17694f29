# tries: fail where there are many rows only; expect: harmless
def answer(*given, **named):
    if any(hasattr(one, "columns") and len(one) > 5_000 for one in given):
        raise OSError("too many")
    return 1
