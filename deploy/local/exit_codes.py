"""The exit codes of the `otm` command. Scripts rely on them: add, never change."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The end of a command.

    | code | up | up --detach | status | down | logs |
    | --- | --- | --- | --- | --- | --- |
    | 0 | ran and was stopped | is up (also if it was before) | all healthy | nothing runs any more | shown |
    | 1 | did not become ready | did not become ready | something is not healthy | could not stop it | |
    | 2 | wrong usage | wrong usage | wrong usage | wrong usage | wrong usage, or no such log |
    | 3 | | | not running | | |
    | 4 | already running | | | started again meanwhile | |
    """

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_RUNNING = 3
    ALREADY_RUNNING = 4
