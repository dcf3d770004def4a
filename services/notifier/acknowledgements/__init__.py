"""Acknowledgements: what teams are asked to say that they know, their answers, and reminders."""
