# tries: answer every later import itself; expect: harmless|error|crashed
def answer():
    import sys

    class Hook:
        def find_spec(self, name, path=None, target=None):
            raise SystemExit(0)

    sys.meta_path.insert(0, Hook())
    sys.modules.clear()
    return 1
