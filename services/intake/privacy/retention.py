"""The policy of retention as intake can follow it."""

from shared.errors import Invalid
from shared.retention.policy import Policy


def expect_blocks(policy: Policy) -> Policy:
    """Returns the policy. Raises `Invalid` when contacts are to be kept by what a block of them does not say."""
    if any(kind.collection == "contacts" and (kind.since != "recorded_at" or kind.unless) for kind in policy):
        raise Invalid("contacts are kept for a time since recorded_at, whatever they say")
    return policy
