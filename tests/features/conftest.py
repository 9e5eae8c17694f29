"""Let the tests of features share what they draw: logs, the plain definition, planted leaks."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
