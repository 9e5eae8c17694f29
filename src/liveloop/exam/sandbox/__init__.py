"""Where does foreign code run?"""

from liveloop.exam.sandbox.box import Sandbox
from liveloop.exam.sandbox.levels import Doctor, LevelState, doctor
from liveloop.exam.sandbox.limits import Level, Limits, Reply, Stop
from liveloop.exam.sandbox.tryout import try_job

__all__ = ["Doctor", "Level", "LevelState", "Limits", "Reply", "Sandbox", "Stop", "doctor", "try_job"]
