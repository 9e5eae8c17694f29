# tries: take 40 GB with numpy; expect: memory|error
def answer():
    import numpy as np

    return float(np.ones(5_000_000_000).sum())
