"""Who asks in these tests: a principal investigator, another, someone whom the first lets, the quality control, nobody's."""

from collections.abc import Iterator
from contextlib import contextmanager

from planning.asker import Asker, asked_by


def person(name: str, *aliases: str, **more: frozenset[object]) -> Asker:
    return Asker(f"{name}@sample.fr", frozenset(aliases), **more)  # type: ignore[arg-type]


PI = person("pi-s05", "PI S05")
OTHER = person("pi-s01", "PI S01")
LET = person("coi", "COI S05", delegations=frozenset({("PI S05", "spica")}))
SERVICE = person("spica-qcs", groups=frozenset({"spica"}))
STRANGER = person("stranger")
READER = Asker("reader@sample.fr", frozenset({"PI S05"}), writes=False)
ADMIN = person("admin", groups=frozenset({"admin"}))
OIDB = person("oidb-admin", groups=frozenset({"oidb"}))
PEOPLE = {
    "admin": ADMIN, "pi": PI, "other": OTHER, "let": LET, "service": SERVICE, "stranger": STRANGER, "reader": READER, "oidb": OIDB,
}  # fmt: skip


@contextmanager
def as_(who: Asker) -> Iterator[None]:
    with asked_by(who):
        yield
