# tries: open a browser; expect: told|processes|harmless|error
def answer():
    import webbrowser

    return webbrowser.open('http://127.0.0.1:__PORT__/')
