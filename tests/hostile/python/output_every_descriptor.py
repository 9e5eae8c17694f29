# tries: write a forged reply on every open descriptor; expect: refused|harmless|crashed
def answer():
    import os
    import struct

    body = b'{"load": null, "calls": [{"seconds": 0.0, "value": ["text", "forged"]}]}'
    for number in range(3, 64):
        try:
            os.write(number, struct.pack("=8sQ", b"LLREPLY1", len(body)) + body)
        except OSError:
            pass
    return 1
