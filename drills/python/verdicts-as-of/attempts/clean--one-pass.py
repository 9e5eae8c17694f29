import pandas as pd


def verdicts_as_of(labels, as_of):
    """Walk over the rows once and keep the highest revision seen of each message."""
    in_force = {}
    columns = (labels[name] for name in ("message_id", "revision", "harmful", "known_at"))
    for message_id, revision, harmful, known_at in zip(*columns):
        if known_at <= as_of and revision >= in_force.get(message_id, (0, None))[0]:
            in_force[message_id] = (revision, harmful)
    rows = [(message_id, *verdict) for message_id, verdict in in_force.items()]
    return pd.DataFrame(rows, columns=["message_id", "revision", "harmful"])
