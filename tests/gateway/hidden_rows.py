"""Rows of OiDB in two states that differ in what embargoes hide alone, and an oracle in plain Python of who sees what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from hub.rows import Connection
from planning.asker import ADMINS, NOBODY, Asker

FIRST = 6_700_000_000
STATES = (0, 1)
INVESTIGATORS = (None, "Canary A", "canary b / Canary A", "carl@x.org")
RELEASES = (None, "2020-01-01", "2999-01-01")


def _people() -> Iterator[tuple[str, Asker]]:
    """Every role that there is: nobody, who has an account, whose rows they are, whom these let act, administrators.

    Rights of OiDB hide what is hidden: one other catalogue, SPICA-DB, stands for all that have no part in it.
    """
    yield "nobody", NOBODY
    yield "a stranger", Asker("eve@x.org", frozenset({"EVE"}))
    yield "the investigator", Asker("ann@x.org", frozenset({"CANARY A"}))
    yield "another of a cell", Asker("bob@x.org", frozenset({"CANARY B"}))
    yield "whose login it is", Asker("carl@x.org")
    yield "an administrator", Asker("root@x.org", groups=frozenset({ADMINS}))
    yield "who only reads", Asker("root2@x.org", groups=frozenset({ADMINS}), writes=False)
    for catalogue in ("oidb", "spica"):
        delegation = frozenset({("CANARY A", catalogue)})
        yield f"whom one lets act in {catalogue}", Asker(f"dan-{catalogue}@x.org", frozenset({"DAN"}), delegation)
    for catalogue in ("oidb", "spica"):
        yield (
            f"an administrator of {catalogue}",
            Asker(f"sue-{catalogue}@x.org", groups=frozenset({catalogue, "other"})),
        )


PEOPLE: Mapping[str, Asker] = dict(_people())


@dataclass(frozen=True)
class HiddenRow:
    """A granule, with a link of the same address, in each state."""

    number: int
    rights: str
    release: str | None
    datapi: str | None

    @property
    def id(self) -> int:
        """Its key."""
        return FIRST + self.number

    @property
    def open(self) -> bool:
        """Whether everybody may have it."""
        now = datetime.now(UTC).replace(tzinfo=None)
        return self.rights == "public" or (self.release is not None and datetime.fromisoformat(self.release) < now)

    def address(self, state: int) -> str:
        """Where its file is: what is closed lies elsewhere in the second state, in the other order, and one nowhere."""
        if self.open or state == 0:
            return f"https://x.invalid/{self.number:02}-first"
        twin = max(self.number, 20)  # so that some are the same
        return "" if self.number == CLOSED[-1] else f"https://x.invalid/{90 - twin}-second"

    def seen(self, name: str, state: int) -> str | None:
        """What a person sees of the address; None where it is hidden from them."""
        return self.address(state) if self.open or self._theirs(PEOPLE[name]) else None

    def _theirs(self, person: Asker) -> bool:
        if person.groups & {ADMINS, "oidb"}:
            return True
        let = {name for name, where in person.delegations if where == "oidb"}
        names = {person.login.upper(), *person.aliases, *let} if person.known else set()
        return any(name.strip().upper() in names for name in (self.datapi or "").split("/"))


ROWS = tuple(
    HiddenRow(number, *declared)
    for number, declared in enumerate(product(("public", "secure", "proprietary"), RELEASES, INVESTIGATORS))
)
CLOSED = tuple(row.number for row in ROWS if not row.open)
STRANGERS = tuple(name for name in PEOPLE if all(row.seen(name, 0) is None for row in ROWS if not row.open))
"""Who sees nothing of what the states differ in."""
OWNERS = tuple(name for name in PEOPLE if all(row.seen(name, 0) is not None for row in ROWS))
"""Who sees all of it."""


def visible(name: str, state: int) -> Sequence[tuple[int, str | None]]:
    """For each row its number, and what a person sees of its address."""
    return [(row.number, row.seen(name, state)) for row in ROWS]


ADD = """INSERT INTO public.oidb (id, calib_level, target_name, obs_id, data_rights, obs_release_date, datapi,
        access_url, nb_channels, s_ra, s_dec, obs_collection, t_min, t_max, dataproduct_type, subdate)
    VALUES ($1, 2, 'canaries', 'canaries-' || $1::bigint, $2, $3::text::timestamp, $4,
        $5, 5, $6, $7, 'canaries', 58000, 58001, 'visibility', '2026-11-01')"""
LINK = """INSERT INTO public.oidb_datalink (id, datalink_id, access_url, semantics, subdate)
    VALUES ($1, $1, $2, '#preview', '2026-11-01')"""


MATCHED = """SELECT g.s_ra, g.s_dec FROM oidb.granule AS g JOIN crossid.granule AS i ON i.id = g.id
    WHERE g.data_rights <> 'public' AND (g.obs_release_date IS NULL OR g.obs_release_date > now())
    AND i.star_id IS NOT NULL AND g.access_url LIKE 'https://%' ORDER BY g.id LIMIT 1"""
"""Where a granule of the sample is, under embargo, which the hub has identified: new ones are in no cross-match."""
MOVED = """UPDATE public.oidb SET access_url = replace(access_url, $1, $2)
    WHERE data_rights <> 'public' AND (obs_release_date IS NULL OR obs_release_date > now()) AND id < $3"""
LIES = ("https://", "https://moved.")
"""Where the files of those begin in each state."""


async def put(connection: Connection, state: int, place: tuple[float, float]) -> None:
    """Have the rows of a state, and these where they lie in any: what has no order comes in that of the file."""
    await take_away(connection)
    await connection.execute(MOVED, LIES[0], LIES[state], FIRST)
    for row in ROWS:
        address = row.address(state)
        await connection.execute(ADD, row.id, row.rights, row.release, row.datapi, address, *place)
        await connection.execute(LINK, row.id, address)
    for table in ("oidb", "oidb_datalink"):
        await connection.execute(f"CLUSTER public.{table} USING {table}_pkey")


async def take_away(connection: Connection) -> None:
    """Have none of them, and the sample as it was."""
    await connection.execute(MOVED, LIES[1], LIES[0], FIRST)
    for table in ("oidb_datalink", "oidb"):
        await connection.execute(f"DELETE FROM public.{table} WHERE id BETWEEN $1 AND $2", FIRST, FIRST + len(ROWS))
