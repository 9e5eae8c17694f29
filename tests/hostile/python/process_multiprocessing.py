# tries: start a pool of processes; expect: processes|told
def answer():
    import multiprocessing

    return multiprocessing.get_context('fork').Pool(4).map(abs, [1])
