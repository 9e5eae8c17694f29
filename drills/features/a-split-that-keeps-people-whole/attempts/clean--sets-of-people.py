import pandas as pd


def split(messages, test_from):
    """Note when each session begins and ends, then who is tested, then say the side of each message."""
    first, last, person_of = {}, {}, {}
    columns = (messages[name] for name in ("session_id", "person_id", "happened_at"))
    for session_id, person_id, happened_at in zip(*columns):
        first[session_id] = min(happened_at, first.get(session_id, happened_at))
        last[session_id] = max(happened_at, last.get(session_id, happened_at))
        person_of[session_id] = person_id
    tested = {person_of[session_id] for session_id, begins in first.items() if begins >= test_from}

    def side(session_id):
        if first[session_id] >= test_from:
            return "test"
        if last[session_id] >= test_from or person_of[session_id] in tested:
            return "neither"
        return "train"

    sides = [side(session_id) for session_id in messages["session_id"]]
    return pd.DataFrame({"message_id": list(messages["message_id"]), "side": pd.Series(sides, dtype=object)})
