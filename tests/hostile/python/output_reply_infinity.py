# tries: forge a reply that changed the input at infinity; expect: harmless|error
def answer(*given, **named):
    import os

    body = b'{"load": null, "calls": [{"seconds": 0.0, "value": ["none"], "mutated": [Infinity]}' + b', {"seconds": 0.0, "value": ["none"], "mutated": [Infinity]}' * 400 + b']}'
    view = memoryview(b"LLREPLY1" + len(body).to_bytes(8, "little") + body)
    while view:
        view = view[os.write(4, view) :]
    os._exit(0)
