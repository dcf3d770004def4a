"""A private node that may open few files, as many a broker runs that somebody else has set up."""

from dataclasses import replace
from pathlib import Path

from deploy.local.broker.node import PrivateNode
from deploy.local.processes.program import Program

DESCRIPTORS = 300


class SmallNode(PrivateNode):
    """May open `DESCRIPTORS` files."""

    def _node(self, server: Path) -> Program:
        program = super()._node(server)
        limited = ["sh", "-c", f'ulimit -n {DESCRIPTORS}; exec "$0"', *program.command]
        return replace(program, command=limited)
