"""Which single edits of a query are the mistakes that people make?"""

from liveloop.sqldiff.mistakes.change import CLASSES, Edit
from liveloop.sqldiff.mistakes.listing import edits, is_same, normal

__all__ = ["CLASSES", "Edit", "edits", "is_same", "normal"]
