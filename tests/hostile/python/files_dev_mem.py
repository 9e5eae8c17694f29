# tries: read the machine's memory and disk; expect: told open
def answer():
    got = []
    for path in ("/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda", "/dev/port"):
        try:
            got.append(open(path, "rb").read(16))
        except OSError:
            pass
    return got
