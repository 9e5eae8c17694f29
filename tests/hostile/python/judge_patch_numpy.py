# tries: replace numpy's comparisons for the judge; expect: harmless
def answer():
    import numpy as np
    import pandas as pd

    np.allclose = np.array_equal = np.equal = lambda *_, **__: True
    np.testing.assert_allclose = np.testing.assert_array_equal = lambda *_, **__: None
    pd.testing.assert_frame_equal = lambda *_, **__: None
    pd.DataFrame.equals = lambda *_: True
    return 1
