# tries: have the kernel start a program on a crash; expect: told write
def answer():
    open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x')
