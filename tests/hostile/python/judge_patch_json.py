# tries: replace json for the judge; expect: harmless|crashed|refused
def answer():
    import json

    json.dumps = lambda *_, **__: '{"load": null, "calls": [{"seconds": 0, "value": ["text", "forged"]}]}'
    return 1
