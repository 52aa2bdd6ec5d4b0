"""The page of health: what `/health` says, in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.page.rendering import rendered
from adapters.page.words import Say, speaker
from schema.catalog import LOCAL, SOURCES

Content = Mapping[str, Any]
DAY, HOUR, MINUTE = 86_400, 3600, 60


def health_page(content: Content, pools: Sequence[Mapping[str, Any]], now: datetime, language: str) -> str:
    """Write the page.

    Parameters
    ----------
    content
        What `/health` says as JSON.
    pools
        Connections to databases: `name`, how many there may be (`most`), are `open` and `used`.
    now
        For how long something has been so, with a zone.
    language
        Of who reads.
    """
    say = speaker(language)
    sources: Mapping[str, Content] = content.get("Sources", {})
    return rendered(
        "health.html", language, page="health", now=f"{now:%Y-%m-%d %H:%M:%S}",
        well=_well(content, sources), verdict=_verdict(content, sources, say),
        databases=list(_databases(sources, now, say)), facts=list(_facts(content, now, say)),
        pools=[(pool["name"], _pool(pool, say)) for pool in pools],
    )  # fmt: skip


def _down(sources: Mapping[str, Content]) -> list[str]:
    return [SOURCES[name].title for name, one in sources.items() if name in SOURCES and one["state"] != "up"]


def _well(content: Content, sources: Mapping[str, Content]) -> bool:
    return content.get("Hub") == "up" and not _down(sources)


def _verdict(content: Content, sources: Mapping[str, Content], say: Say) -> str:
    if content.get("Hub") != "up":
        return say("The gateway's own database does not answer: nothing can be asked until it does.")
    down = [say(title) for title in _down(sources)]
    if not down:
        return say("All databases answer.")
    return say(
        "{names}: no answer. Their part of each answer is left out, and said to be; the rest works.",
        names=", ".join(down),
    )


def _databases(sources: Mapping[str, Content], now: datetime, say: Say) -> Iterator[tuple[str, bool, str, str]]:
    """Of each database its title, whether it answers, a sentence of that and one of its data."""
    for name, one in sources.items():
        source = SOURCES.get(name) or LOCAL[name]
        up = one["state"] == "up"
        yield say(source.title), up, _answers(one, now, say, up=up), _data(one, say, up=up)


def _answers(one: Content, now: datetime, say: Say, *, up: bool) -> str:
    if "since" not in one:
        return say("It is in the gateway's own database.")
    since = datetime.fromisoformat(one["since"])
    lasting = duration((now - since).total_seconds(), say)
    if not up:
        return say(
            "It has not answered since {since} UTC, for {lasting}.", since=f"{since:%Y-%m-%d %H:%M:%S}", lasting=lasting
        )
    told = say("It has answered without a break for {lasting}", lasting=lasting)
    return f"{told}, {say('the last time within {n} ms.', n=one['latency_ms'])}" if one["latency_ms"] else f"{told}."


def _data(one: Content, say: Say, *, up: bool) -> str:
    if one["version"]:
        return say("Version of its data: {version}", version=one["version"])
    if not up:
        return say("What version its data are of is not known while it does not answer.")
    return say("Its data have no version: {why}", why=one.get("no_version") or "")


def _facts(content: Content, now: datetime, say: Say) -> Iterator[str]:
    start = datetime.fromisoformat(content["Server start"])
    lasting = duration((now - start).total_seconds(), say)
    yield say(
        "Version {version} of the gateway has been running for {lasting}.", version=content["Version"], lasting=lasting
    )
    if variant := content.get("Variant"):
        yield say("It is of the variant {variant}.", variant=variant)
    for key, value in content.items():
        if key.startswith("DB Tag"):
            yield say("The Obs Portal says of its data: {tag} is {value}.", tag=key[8:-1], value=value)
    refused: Mapping[str, int] = content.get("Refused by share", {})
    if not refused:
        yield say("No client was refused for having more than its share.")
    for name, number in refused.items():
        yield say("{n} times a client was refused for having its share of the {name}.", n=number, name=name)
    yield say("Subscriptions that are open: {n}.", n=content.get("Subscriptions", 0))
    if left_out := content.get("Published tables left out"):
        yield say("Published tables that are left out: {names}.", names=left_out)


def _pool(pool: Mapping[str, Any], say: Say) -> str:
    return say("{used} in use, {open} open, {most} at most", **{name: pool[name] for name in ("used", "open", "most")})


def duration(seconds: float, say: Say) -> str:
    """A lapse of time in its two largest units.

    >>> duration(90_061, lambda text, **values: text.format(**values))
    '1 d 1 h'
    """
    lapse = timedelta(seconds=max(0, int(seconds)))
    hours, rest = divmod(lapse.seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    units = [(lapse.days, "{n} d"), (hours, "{n} h"), (minutes, "{n} min"), (left, "{n} s")]
    first = next((at for at, (number, _) in enumerate(units) if number), len(units) - 1)
    return " ".join(say(text, n=number) for number, text in units[first : first + 2])
