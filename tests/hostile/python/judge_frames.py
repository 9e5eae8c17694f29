# tries: hunt for the expected value in its callers; expect: harmless|error|told
def answer():
    import inspect

    return [repr(info.frame.f_locals)[:5000] + repr(list(info.frame.f_globals))[:5000] for info in inspect.stack(0)]
