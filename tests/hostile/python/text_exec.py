# tries: build a program that builds a program; expect: wall|error|memory|cpu
def answer():
    text = 'exec(text)'
    exec(text, {'text': text})
