"""Problem details as callers see them."""

import httpx


def broken(answer: httpx.Response) -> set[tuple[str, str]]:
    """Returns the fields and rules that a problem names."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"urn:one-to-many:problem:{body['code']}"
    assert body["status"] == answer.status_code
    return {(problem["field"], problem["rule"]) for problem in body.get("problems", [])}
