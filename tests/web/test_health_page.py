"""Health in words: what answers, what does not and since when; the page looks again by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect
from visit import Visit

from adapters.page.health import health_page

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def source(**told: object) -> dict[str, object]:
    since = (NOW - timedelta(minutes=3)).isoformat(" ", "seconds")
    return {"state": "up", "version": "v1", "since": since, "latency_ms": 2.5, **told}


def written(**told: object) -> str:
    content = {
        "Server start": (NOW - timedelta(days=2, hours=1)).isoformat(" "), "Version": "1.0", "Hub": "up", "Subscriptions": 2,
        "Refused by share": {"requests": 7}, "Sources": {"oidb": source(), "jsdc": source()}, **told,
    }  # fmt: skip
    return health_page(content, [{"name": "hub, answers", "most": 16, "open": 5, "used": 1}], NOW, "en")


def test_all_is_well() -> None:
    page = written()
    for sentence in (
        "All databases answer.",
        "It has answered without a break for 3 min 0 s, the last time within 2.5 ms.",
        "Version 1.0 of the gateway has been running for 2 d 1 h.",
        "7 times a client was refused for having its share of the requests.",
        "Subscriptions that are open: 2.",
        "1 in use, 5 open, 16 at most",
    ):
        assert sentence in page
    assert "Overflow" not in page


def test_a_database_does_not_answer() -> None:
    page = written(Sources={"oidb": source(state="down", version=None), "jsdc": source()})
    assert "OiDB: no answer." in page
    assert "It has not answered since 2026-12-01 11:57:00 UTC, for 3 min 0 s." in page


def test_the_hub_does_not_answer() -> None:
    assert "own database does not answer" in written(Hub="down")


@pytest.mark.browser
async def test_the_page_looks_again(visit: Visit) -> None:
    page = await visit.go("/health")
    await expect(page.locator("#verdict")).to_have_text("All databases answer.")
    box = page.get_by_label("Look again")
    await page.get_by_text("Connections to databases").click()
    await box.uncheck()
    assert page.url.endswith("refresh=0")
    seen = await page.locator("#seen").inner_text()
    await page.wait_for_timeout(1000)
    await box.check()
    await expect(page.locator("#seen")).not_to_have_text(seen)
    await expect(page.get_by_text("hub, answers")).to_be_visible()
    visit.expected.append("ERR_FAILED")
    await page.route("**/health*", lambda route: route.abort())
    await box.uncheck()
    await box.check()
    await expect(page.locator("#lost")).to_be_visible()
