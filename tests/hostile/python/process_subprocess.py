# tries: start a shell; expect: processes
def answer():
    import subprocess

    return subprocess.run(['/bin/sh', '-c', 'id'], capture_output=True).stdout
