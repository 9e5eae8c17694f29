import numpy as np
import pandas as pd


def split(messages, test_from):
    """Make a table of sessions, decide there, and join the decision back."""
    times = messages.assign(happened_at=pd.to_datetime(messages["happened_at"], utc=True))
    sessions = times.groupby("session_id").agg(
        person_id=("person_id", "first"), begins=("happened_at", "min"), ends=("happened_at", "max")
    )
    late = (sessions["begins"] >= test_from).to_numpy()
    over = (sessions["ends"] < test_from).to_numpy()
    met = sessions["person_id"].isin(set(sessions["person_id"][late])).to_numpy()
    sessions["side"] = np.select([late, over & ~met], ["test", "train"], default="neither")
    return messages[["message_id", "session_id"]].merge(sessions[["side"]], on="session_id")[["message_id", "side"]]
