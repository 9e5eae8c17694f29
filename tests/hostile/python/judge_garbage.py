# tries: hunt for the expected value among all objects; expect: harmless|memory|error|wall|cpu
def answer():
    import gc

    gc.unfreeze() if hasattr(gc, "unfreeze") else None
    found = []
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple):
            try:
                for one in thing.values() if type(thing) is dict else thing:
                    if type(one) in (str, bytes) and len(one) == 32:
                        found.append(one)
            except Exception:
                pass
    return [str(one) for one in found[-300:]]
