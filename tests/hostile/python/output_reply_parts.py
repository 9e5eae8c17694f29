# tries: forge a reply of millions of parts; expect: output
def answer(*given, **named):
    import os

    body = b'{"load": null, "calls": [["none"]' + b', ["none"]' * 6_000_000 + b']}'
    view = memoryview(b"LLREPLY1" + len(body).to_bytes(8, "little") + body)
    while view:
        view = view[os.write(4, view) :]
    os._exit(0)
