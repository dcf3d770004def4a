"""The work behind the commands, each module under its command's own name, and what several of them share."""
