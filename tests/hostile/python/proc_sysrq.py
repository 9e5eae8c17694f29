# tries: crash the machine; expect: told write
def answer():
    open('/proc/sysrq-trigger', 'w').write('c')
