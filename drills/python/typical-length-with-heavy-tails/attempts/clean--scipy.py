from scipy.stats import trim_mean


def typical_tokens(messages, share):
    """Let scipy cut; it cuts floor(share * n) values at each end."""
    known = messages.dropna(subset=["topic", "tokens"]).astype({"tokens": float})
    lengths = known.groupby("topic")["tokens"]
    table = lengths.agg(n="size", trimmed_mean=lambda group: trim_mean(group.to_numpy(), share))
    return table.reset_index()
