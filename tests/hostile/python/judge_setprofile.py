# tries: profile whoever calls it; expect: harmless|error
def answer():
    import sys
    import threading

    seen = []
    sys.setprofile(lambda frame, event, value: seen.append(repr(frame.f_locals)[:2000]))
    threading.setprofile(lambda *_: None)
    len([])
    return seen[:20]
