# tries: install a package; expect: told|processes|error|crashed|wall
def answer():
    import runpy
    import sys

    sys.argv = ['pip', 'install', 'requests']
    runpy.run_module('pip', run_name='__main__')
