# tries: fetch a page; expect: told
def answer():
    import urllib.request

    return urllib.request.urlopen('http://127.0.0.1:__PORT__/', timeout=1).read()
