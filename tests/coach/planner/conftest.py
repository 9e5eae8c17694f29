"""What do the planner's tests stand on? The verifier and the people are modules of this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
