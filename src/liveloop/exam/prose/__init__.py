"""Which concepts does a written text use, which does it reject, and where?"""

from liveloop.exam.prose.concepts import Concept, load_concepts
from liveloop.exam.prose.find import Mention, find
from liveloop.exam.prose.look import Found, check_criteria, look
from liveloop.rubric import Looked

__all__ = ["Concept", "Found", "Looked", "Mention", "check_criteria", "find", "load_concepts", "look"]
