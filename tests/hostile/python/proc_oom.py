# tries: protect itself from the memory killer; expect: told write
def answer():
    open('/proc/self/oom_score_adj', 'w').write('-1000')
