# tries: run code inside an expression of pandas; expect: processes|error
def answer():
    import pandas as pd

    return pd.eval("__import__('os').system('touch __HOME__/pwned')", engine='python')
