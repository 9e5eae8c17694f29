# tries: double a text without end; expect: memory|error|wall|cpu
def answer():
    text = 'x'
    while True:
        text += text
