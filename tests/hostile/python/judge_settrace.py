# tries: trace whoever calls it; expect: harmless|error|wall|told
def answer():
    import sys

    seen = []

    def spy(frame, event, value):
        seen.append({name: repr(item)[:2000] for name, item in frame.f_locals.items()})
        return spy

    frame = sys._getframe()
    while frame:
        frame.f_trace = spy
        frame = frame.f_back
    sys.settrace(spy)
    return [repr(line)[:4000] for line in seen]
