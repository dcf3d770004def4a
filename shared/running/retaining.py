"""Retention as a part of a service: its policy from the settings, its metrics, and the job that looks."""

from shared.retention.policy import load_policy
from shared.retention.ports import RetentionRepository
from shared.retention.retention import Retention, RetentionMetrics
from shared.running.composition import Parts
from shared.running.jobs import Job
from shared.storage.retention import expect_indexed


def retention_of(parts: Parts, repository: RetentionRepository) -> Retention:
    """Returns the deletion of what was kept for long enough. Raises `Invalid` for a policy whose records could not be
    found by an index."""
    file = parts.settings.retention_file
    policy = expect_indexed(load_policy(file), parts.schema) if file else ()
    metrics = RetentionMetrics(parts.registry)
    return Retention(parts.name, repository, policy, parts.audit, parts.clock, metrics)


def retention_job(parts: Parts, retention: Retention) -> Job:
    return Job("retention", retention.step, every=parts.settings.retention_every, turn=parts.lease("retention"))
