# tries: replace the cell's functions; expect: harmless|error|crashed
def answer():
    import sys

    for name, module in list(sys.modules.items()):
        if name.startswith("liveloop."):
            for attribute in list(vars(module)):
                if callable(getattr(module, attribute)):
                    setattr(module, attribute, lambda *_, **__: b"forged")
    return 1
