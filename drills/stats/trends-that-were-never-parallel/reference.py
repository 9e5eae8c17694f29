import numpy as np
import pandas as pd
from scipy.stats import t


def estimate(df: pd.DataFrame) -> tuple[float, float, float]:
    """Extrapolate each account's own line from before, then compare the two groups' surprises."""
    table, week, treated = laid_out(df)
    surprise = table @ contrast(week)
    ours, others = surprise[treated], surprise[~treated]
    # One number for each account: whatever correlation its weeks have is in the spread of these numbers.
    error = np.sqrt(ours.var(ddof=1) / len(ours) + others.var(ddof=1) / len(others))
    value = ours.mean() - others.mean()
    half = t.ppf(0.975, min(len(ours), len(others)) - 1) * error
    return float(value), float(value - half), float(value + half)


def laid_out(df: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give outcomes [account, week], the weeks, and which accounts are treated."""
    accounts, row = np.unique(df["account_id"].to_numpy(), return_inverse=True)
    week, column = np.unique(df["week"].to_numpy(), return_inverse=True)
    table = np.empty((len(accounts), len(week)))
    table[row, column] = df["refusals"].to_numpy()
    treated = np.zeros(len(accounts), bool)
    treated[row] = df["treated"].to_numpy() == 1
    return table, week, treated


def contrast(week: np.ndarray) -> np.ndarray:
    """Weigh weeks: the mean after, less where the line of the weeks before would be by then."""
    after = week >= 0
    line = np.column_stack([np.ones(len(week)), week])
    weights = after / after.sum()
    weights[~after] = -np.linalg.pinv(line[~after]).T @ line[after].mean(axis=0)
    return weights
