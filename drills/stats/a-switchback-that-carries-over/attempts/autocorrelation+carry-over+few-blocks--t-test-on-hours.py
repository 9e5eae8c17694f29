import numpy as np
import pandas as pd


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Compare the hours with the guardrail on with those with it off."""
    handled, treated = df["handled"].to_numpy(), df["treated"].to_numpy()
    on, off = handled[treated == 1], handled[treated == 0]
    value = on.mean() - off.mean()
    half = 1.96 * np.sqrt(on.var(ddof=1) / len(on) + off.var(ddof=1) / len(off))
    return float(value), float(value - half), float(value + half)
