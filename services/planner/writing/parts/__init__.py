"""The parts of a plan and of its lines to take, in the order in which they are written."""

from services.planner.writing.parts.arms import ARMS
from services.planner.writing.parts.customers import CUSTOMERS
from services.planner.writing.parts.purpose import PURPOSE
from services.planner.writing.parts.responses import RESPONSES
from services.planner.writing.parts.words import WORDS

STAGES = {"Plan it": (*PURPOSE, *CUSTOMERS, *ARMS), "Prepare for what comes back": (*RESPONSES, *WORDS)}
PARTS = {part.code: part for parts in STAGES.values() for part in parts}
