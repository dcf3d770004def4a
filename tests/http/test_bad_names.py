"""Addresses, headers, methods and fields that are not ours are refused, and fill neither metrics nor logs."""

import pytest
from structlog.testing import capture_logs

from tests.http.reports import BODY, JSON, with_field
from tests.support.inside import Inside, kept_in


@pytest.mark.parametrize(
    "path",
    [
        "/v1/volumes?campaing=OTM-26-0042", "/v1/volumes?campaign[$ne]=x", "/v1/volumes?by=quarter%00",
        "/v1/contacts/%00", "/v1/contacts/{$gt:1}", "/v1/letters/a%1b%5b2J", "/v1/letters/" + "9" * 5_000,
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
async def test_an_address_that_asks_for_nothing_we_have_is_a_problem(intake: Inside, path: str) -> None:
    async with intake.caller("operator") as operator:
        answer = await operator.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert await kept_in(intake.service.store) == []


@pytest.mark.parametrize("name", ["Idempotency-Key", "Content-Type", "Authorization"])
async def test_a_header_that_is_there_twice_is_refused_because_one_would_win(intake: Inside, name: str) -> None:
    async with intake.caller("helpline") as helpline:
        known = helpline.headers["Authorization"]
        once = {"Authorization": known, "Content-Type": "application/json", "Idempotency-Key": "1"}
        headers = [*once.items(), (name, "2")]
        async with intake.caller(None) as anybody:
            answer = await anybody.post("/v1/contacts", content=BODY, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, f"send {name} once")
    assert await kept_in(intake.service.store) == []


async def test_words_that_are_no_method_fill_neither_metrics_nor_the_log(intake: Inside) -> None:
    words = [f"WORD{number}" for number in range(20)]
    with capture_logs() as logged:
        async with intake.caller(None) as stranger:
            for word in words:
                assert (await stranger.request(word, "/v1/volumes")).status_code == 405
            metrics = (await stranger.get("/metrics")).text
    assert 'otm_http_request_seconds_count{method="other",route="/v1/volumes",status="405"} 20.0' in metrics
    assert "WORD" not in metrics
    assert [entry["method"] for entry in logged if entry["event"] == "answered"] == ["other"] * len(words)


async def test_neither_a_fields_name_nor_a_correlation_id_takes_a_customer_into_answers_logs_or_events(
    intake: Inside,
) -> None:
    zebedee, utr = "Mrs Zebedee Quillfeather QQ123456C", "1955839661"
    headers = JSON | {"X-Correlation-Id": utr}
    with capture_logs() as logged:
        async with intake.caller("helpline") as helpline:
            refused = await helpline.post("/v1/contacts", content=with_field(f'"{zebedee}": 1'), headers=headers)
            in_a_stream = await helpline.post("/v1/contacts/batch", content=with_field(f'"{zebedee}": 1'))
            taken = await helpline.post("/v1/contacts", content=BODY, headers=headers)
    assert (refused.status_code, taken.status_code) == (422, 201)
    assert "there is no such field" in refused.text
    said = [str(event) for event in await intake.said()]
    assert said
    for told in (refused.text, in_a_stream.text, taken.text, refused.headers, taken.headers, logged, said):
        assert "Zebedee" not in str(told)
        assert utr not in str(told)
