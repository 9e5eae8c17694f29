def typical_tokens(messages, share):
    """Average everything."""
    known = messages.dropna(subset=["topic", "tokens"])
    return known.groupby("topic")["tokens"].agg(n="size", trimmed_mean="mean").reset_index()
