"""How do these files find each other when doctests are looked for in them? By the folder above."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
