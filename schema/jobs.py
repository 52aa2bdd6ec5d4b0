"""The table of jobs (UWS 1.1 section 2.1), in the hub's schema `uws`; only the role of jobs reads it."""

from schema.column import Column
from schema.table import Table
from schema.types import ASCII, BOOLEAN, INSTANT, INT, JSON, LONG, TEXT

JOB = Table(
    "uws",
    "job",
    "uws.job",
    "Job",
    "jobs",
    "Jobs: queries that run while nobody waits for them",
    (
        Column(
            "id",
            ASCII,
            "Identifier, too long to be guessed: who knows it may do anything with the job of nobody",
            key=True,
        ),
        Column("phase", ASCII, "Phase of execution (UWS 1.1 section 2.1.3)", required=True, indexed=True),
        Column(
            "owner", ASCII, "Client that it was made by: a login, an address, or a network", required=True, indexed=True
        ),
        Column("listed", BOOLEAN, "Whether lists have it: not where a page in a browser made it", required=True),
        Column("spool", ASCII, "Spool that its files are in", required=True),
        Column("run_id", TEXT, "What its maker calls it"),
        Column("created", INSTANT, "When it was made", required=True),
        Column("started", INSTANT, "When it began to run, last"),
        Column("ended", INSTANT, "When it ended"),
        Column("destruction", INSTANT, "When it is forgotten, with its result", required=True, indexed=True),
        Column("execution_duration", INT, "Time that it may run for", "s", required=True),
        Column("parameters", JSON, "Names and values as they were given, in their order", required=True),
        Column("uploads", JSON, "Tables that came with it: names, and their files in the spool", required=True),
        Column("error", TEXT, "What went wrong"),
        Column("lasting", BOOLEAN, "Whether that would be so next time too"),
        Column("media_type", ASCII, "Of its result"),
        Column("size", LONG, "Of its result", "byte"),
        Column("attempt", INT, "How often it was begun", required=True),
        Column("task", LONG, "Its number in the queue, since it was last queued", indexed=True),
        Column("asker", JSON, "Who asks, with all that their rights go by; empty for nobody", required=True),
    ),
)
