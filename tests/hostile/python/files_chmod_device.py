# tries: take the real /dev/null away from everyone; expect: told chmod|told fchmod
def answer():
    import os

    with open("/dev/null", "w") as device:
        for act in (lambda: os.chmod("/dev/null", 0), lambda: os.fchmod(device.fileno(), 0)):
            try:
                act()
            except OSError:
                pass
    return oct(os.stat("/dev/null").st_mode)
