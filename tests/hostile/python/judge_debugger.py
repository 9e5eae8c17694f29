# tries: open a debugger; expect: error|crashed|harmless|told
def answer():
    breakpoint()
