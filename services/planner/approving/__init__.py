"""Approving: what waits for an approver, the plan on one page, and the decision about it."""
