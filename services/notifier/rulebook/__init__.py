"""The rulebook: the stakeholder directory and the rules, read from reviewed files."""
