# tries: leave a module that the next job may import; expect: harmless
def answer():
    for name in ("numpy.py", "json.py", "sitecustomize.py", "attempt.py"):
        open(name, "w").write("raise SystemExit('planted')")
    return 1
