"""Settings: the environment, read once, into one frozen value. A bad deployment dies here with a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.limits import PART, SILENCE, DocumentLimits, Limits
from jobs.limits import JobLimits
from schema.catalog import SOURCES, suggestion
from schema.user_tables import Quota

PREFIX = "GATEWAY_"
DSN = "a DSN, as postgresql://user:password@host:5432/database"
_HUB = Limits()
_DOCUMENT = DocumentLimits()
_DSNS = ("hub", "hub_writer", "hub_jobs", "spica_writer", "oidb_writer", *SOURCES)
_OF_POSTGRES = {"pg", "pg_bindir"}
"""Of `localpg`, which reads them itself."""
_LEAST = {"connections": 1, "streams": 1}
"""What cannot be nothing."""
_MOST = {"port": 65_535, "job_days": 36_500, "share": 1}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Hosts of this machine, whose passwords and keys may come without TLS."""
_SECONDS = 2_000_000
"""The longest time: PostgreSQL counts milliseconds in 31 bits."""
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process is told; each field is `GATEWAY_` and its name in capitals."""

    hub: str
    """DSN of the hub, as the role that serves."""
    hub_writer: str = ""
    """DSN of the hub, as the role that identifies; without it nothing is identified."""
    hub_jobs: str = ""
    """DSN of the hub, as the role that writes for users; without it there are no jobs, no uploads, no publishing."""
    spica_writer: str = ""
    """DSN of SPICA-DB, as the role that writes there; without it nothing is written, and nobody has aliases."""
    oidb_writer: str = ""
    """DSN of OiDB, as the role that writes there; without it nothing is catalogued."""
    oidc_issuer: str = ""
    """Address of the OpenID Connect provider whose access tokens log in; without it none do."""
    oidc_audience: str = ""
    """Audience (`aud`) that an access token must be for."""
    oidc_client: str = ""
    """Identifier of the gateway as a client of the provider, for logins of browsers (`/login/provider`); or none do."""
    oidc_secret: str = ""
    """Secret of that client, where the provider gave it one."""
    oidc_login: str = "email"
    """Claim of an access token that is the login; `email` counts where `email_verified` is true."""
    oidc_groups: str = "groups"
    """Claim of an access token with the groups of the account."""
    account_service: str = ""
    """Address of the account service that knows passwords, as https://apps.jmmc.fr/account/manage.php; or none do."""
    admins: str = ""
    """Logins that may see and change everything, separated by commas."""
    host: str = "127.0.0.1"
    """Address to serve at."""
    port: int = 8000
    """Port to serve at."""
    url: str = ""
    """Address that clients know, as https://tap.jmmc.fr, for documents that say it; else what each request says."""
    oifits_url: str = ""
    """Address that files of OIFITS have in OiDB, as https://oidb.jmmc.fr/oifits, which /soda cuts; without it none."""
    oifits: str = ""
    """Folder with the same files under the same paths; without it they are read from the address, by ranges."""
    links: bool = True
    """Whether VOTables end with the service of their rows' links, where LINKS does not say; ASPRO2 can read none."""
    authority: str = "jmmc.fr"
    """Who our records in the registries are named by: identifiers begin with ivo:// and this."""
    origins: str = "*"
    """Web origins that may ask from a browser, with credentials, separated by commas; * for any, without them."""
    max_page: int = 1000
    """Rows of a page as JSON, at most."""
    max_rows: int = 20_000_000
    """Rows of a table that is streamed, at most."""
    max_rows_default: int = 100_000
    """Rows of a TAP query that has no MAXREC."""
    sync_seconds: float = 60.0
    """Seconds that `/tap/sync` waits for the first rows of a query; beyond that there are jobs."""
    max_body_bytes: int = 256_000
    """Bytes of a form, and of the document of a GraphQL request."""
    max_upload_bytes: int = 200_000_000
    """Bytes of a request with tables in it (TAP's UPLOAD), and of each table once uncompressed."""
    max_uploads: int = 16
    """Requests with tables in them at once."""
    max_user_tables: int = 100
    """Tables that one account may keep (`/tap/user_tables`)."""
    max_user_rows: int = 5_000_000
    """Rows of all tables of one account."""
    max_user_bytes: int = 2_000_000_000
    """Bytes of all tables of one account, with indexes, as PostgreSQL stores them."""
    upload_hosts: str = ""
    """Hosts that tables of TAP's UPLOAD may be fetched from, separated by commas; none of itself."""
    head_seconds: float = 10.0
    """Seconds for the head of a request."""
    body_seconds: float = 20.0
    """Seconds for the body of a request, beside what its bytes take at 10 kB a second."""
    unread_seconds: float = 30.0
    """Seconds that an answer may wait for its client to read on, which then loses its connection."""
    max_json_bytes: int = 8_000_000
    """Bytes of a GraphQL request with the values of its variables: 100 000 positions are four million."""
    max_requests: int = 256
    """Requests under way at once; more are told to come back."""
    share: float = PART
    """Part that one client may hold of what it shares with others; 1 where a proxy asks for many from one address."""
    rate: float = 200.0
    """Requests a second that one client may ask for long; 0 for any number."""
    burst: int = 2000
    """Requests that one client may ask beyond that at once."""
    proxies: str = "127.0.0.1"
    """Addresses of proxies whose X-Forwarded-For says who the client is, separated by commas."""
    max_age: int = 0
    """Seconds for which an answer to GET may be taken for fresh without asking again."""
    compression: bool = True
    """Whether answers are compressed for clients that accept it, as gzip or zstd; false where a proxy does it."""
    documents: str = ""
    """File of trusted GraphQL documents, hash → text."""
    documents_only: bool = False
    """Whether no other document than the trusted ones is answered."""
    max_persisted_bytes: int = 4_000_000
    """Bytes of GraphQL texts kept for clients who ask by their hash; 0 for none."""
    max_subscriptions: int = 1000
    """Subscriptions at once; and WebSockets."""
    max_subscriptions_each: int = 20
    """Subscriptions of one WebSocket."""
    log: str = "text"
    """How the log is written: text or json."""
    metrics: bool = False
    """Whether /metrics is there, for Prometheus (needs the extra `metrics`)."""
    traces: bool = False
    """Whether traces are sent by OpenTelemetry, as its own environment says (needs the extra `otel`)."""
    variant: str = ""
    """What /health calls this deployment, as blue or green."""
    figures: bool = True
    """Whether rows are counted and statistics made in the background, as data change."""
    introspection: bool = True
    """Whether the GraphQL schema may be asked for."""
    graphiql: bool = True
    """Whether /graphql is GraphiQL in a browser."""
    connections: int = _HUB.connections
    """Connections to the hub for answers made as a whole."""
    streams: int = _HUB.streams
    """Connections to the hub for tables that are streamed."""
    direct: int = _HUB.direct
    """Connections to each source whose DSN is given; 0 to ask everything of the hub."""
    statement_seconds: float = _HUB.statement_seconds
    """Time limit of a statement of an answer made as a whole."""
    stream_seconds: float = _HUB.stream_seconds
    """Time limit of a statement whose rows are streamed."""
    silence_seconds: float = SILENCE
    """Seconds that a source may be silent before it is taken for down."""
    spool: str = "/var/tmp/jmmc-gateway"  # noqa: S108 - made for this user alone, and refused if it is another's
    """Directory for results of jobs and for tables that come with them, or a bucket, as s3://bucket/beginning (needs
    the extra `s3`); all servers and workers of a hub share it."""
    spool_bytes: int = 50_000_000_000
    """Bytes that one hub may have in it."""
    job_workers: int = 4
    """Jobs that this process runs at once; 0 where `python -m gateway work` runs them all."""
    job_seconds: int = 600
    """Seconds that a job may run."""
    job_days: int = 7
    """Days that a job and its result are kept."""
    max_jobs: int = 10_000
    """Jobs that have not ended."""
    max_jobs_each: int = 100
    """Jobs of one client that have not ended."""
    max_tokens: int = _DOCUMENT.tokens
    """Tokens of a GraphQL document."""
    max_depth: int = _DOCUMENT.depth
    """Levels of a GraphQL document."""
    max_aliases: int = _DOCUMENT.aliases
    """Aliases of a GraphQL document."""
    max_roots: int = _DOCUMENT.roots
    """Fields that a GraphQL document asks of Query."""
    max_fields: int = _DOCUMENT.fields
    """Fields of a GraphQL document, fragments expanded."""
    max_cost: int = _DOCUMENT.cost
    """What a GraphQL operation may cost, in rows."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """DSN of each source, for setup and doctor; serving asks those given directly, of what concerns one alone."""

    @property
    def source_writers(self) -> dict[str, str]:
        """DSN of each source that is written to, by its name."""
        given = {"spica": self.spica_writer, "oidb": self.oidb_writer}
        return {source: dsn for source, dsn in given.items() if dsn}

    @property
    def web_origins(self) -> list[str]:
        """Those that may ask, one by one."""
        return [origin.strip() for origin in self.origins.split(",")]

    @property
    def logs_in(self) -> bool:
        """Whether there is a way to log in."""
        return bool(self.oidc_issuer or self.account_service)

    @property
    def admin_logins(self) -> frozenset[str]:
        """Logins of GATEWAY_ADMINS, in lower case."""
        return frozenset(filter(None, (login.strip().lower() for login in self.admins.split(","))))

    @property
    def hub_limits(self) -> Limits:
        """Limits of the hub's pools."""
        return Limits(
            self.connections, self.streams, self.direct, self.statement_seconds, self.stream_seconds, share=self.share
        )

    @property
    def user_quota(self) -> Quota:
        """What the tables of one account may have."""
        return Quota(self.max_user_tables, self.max_user_rows, self.max_user_bytes)

    @property
    def job_limits(self) -> JobLimits:
        """Limits of jobs."""
        return JobLimits(
            self.job_seconds,
            timedelta(days=self.job_days),
            self.max_jobs_each,
            self.max_jobs,
            self.max_body_bytes,
            share=self.share,
        )

    @property
    def document_limits(self) -> DocumentLimits:
        """Limits of GraphQL documents."""
        return DocumentLimits(
            self.max_tokens,
            self.max_depth,
            self.max_aliases,
            self.max_roots,
            self.max_fields,
            introspection=self.introspection,
            cost=self.max_cost,
        )


class SettingError(Exception):
    """An environment variable is missing or wrong; the message says which and what would be right."""


def settings(environment: Mapping[str, str]) -> Settings:
    """Read the environment; raises `SettingError`."""
    values = {
        name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)
    }
    sources = {name: values[name] for name in SOURCES if values.get(name)}
    if not values.get("hub"):
        example = "the hub's DSN, as postgresql://gateway@localhost/hub (or run `python -m gateway demo`)"
        message = f"GATEWAY_HUB is missing: {example}"
        raise SettingError(message)
    for name in _DSNS:
        if values.get(name):
            dsn(PREFIX + name.upper(), values[name])
    read = {
        item.name: _read(item.name, values[item.name], item.type)
        for item in fields(Settings)
        if item.name in values and item.name != "sources"
    }
    if read.get("documents_only") and not read.get("documents"):
        message = f"{PREFIX}DOCUMENTS is missing: with {PREFIX}DOCUMENTS_ONLY nothing else would be answered"
        raise SettingError(message)
    if read.get("job_seconds", 0) > read.get("stream_seconds", _HUB.stream_seconds):
        message = f"{PREFIX}JOB_SECONDS is {read['job_seconds']}: no statement runs longer than {PREFIX}STREAM_SECONDS"
        raise SettingError(message)
    if read.get("url") and not read["url"].startswith(("http://", "https://")):
        message = f"{PREFIX}URL is {read['url']!r}: an address is wanted, as https://tap.jmmc.fr"
        raise SettingError(message)
    _of_files(read)
    _verified_by(read)
    if read.get("log") not in (None, "text", "json"):
        message = f"{PREFIX}LOG is {read['log']!r}: text or json is wanted"
        raise SettingError(message)
    return replace(Settings(values["hub"], sources=sources), **read)


def _of_files(read: Mapping[str, Any]) -> None:
    """Check where files of OIFITS are; raises `SettingError`."""
    address, folder = read.get("oifits_url", ""), read.get("oifits", "")
    if address and not address.startswith(("http://", "https://")):
        message = f"{PREFIX}OIFITS_URL is {address!r}: an address is wanted, as https://oidb.jmmc.fr/oifits"
        raise SettingError(message)
    if folder and not address:
        message = f"{PREFIX}OIFITS_URL is missing: the address that files of {PREFIX}OIFITS have in OiDB"
        raise SettingError(message)
    if folder and not Path(folder).is_dir():
        message = f"{PREFIX}OIFITS is {folder!r}: a folder is wanted that is there"
        raise SettingError(message)


def confidential(address: str) -> bool:
    """Whether nobody on the way hears or changes what is said to an address: by TLS, or within this machine."""
    try:
        place = urlsplit(address)
        host = place.hostname
    except ValueError:
        return False
    return bool(host) and (place.scheme == "https" or (place.scheme == "http" and host in LOOPBACK))


def _verified_by(read: Mapping[str, Any]) -> None:
    """Check the settings of services that logins are verified by; raises `SettingError`."""
    for name in ("oidc_issuer", "account_service"):
        address = read.get(name, "")
        if address and not confidential(address):
            message = f"{PREFIX}{name.upper()} is {address!r}: an address is wanted that begins with https://"
            raise SettingError(message)
    if read.get("oidc_issuer") and not read.get("oidc_audience"):
        message = f"{PREFIX}OIDC_AUDIENCE is missing: what {PREFIX}OIDC_ISSUER says that tokens of the gateway are for"
        raise SettingError(message)
    if read.get("oidc_client") and read["oidc_client"] == read.get("oidc_audience"):
        message = (
            f"{PREFIX}OIDC_CLIENT is {PREFIX}OIDC_AUDIENCE: ID tokens, which are for it, would pass for access tokens"
        )
        raise SettingError(message)


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that is called as a setting would be and is none: most are misspelt."""
    owners = {f"{name}_owner" for name in ("hub", *SOURCES)}
    names = {item.name for item in fields(Settings)} - {"sources"} | {*SOURCES} | owners | _OF_POSTGRES
    known = sorted(PREFIX + name.upper() for name in names)
    unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    return [f"{name} is no setting, and is passed over{suggestion(name, known)}" for name in unknown]


def _read(name: str, value: str, kind: Any) -> Any:
    try:
        if kind is bool:
            return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        number = kind(value)
    except (KeyError, ValueError) as error:
        message = f"{PREFIX}{name.upper()} is {value!r}: {kind.__name__} is wanted"
        raise SettingError(message) from error
    if kind is not str:
        _bounded(name, number)
    return number


def _bounded(name: str, number: float) -> None:
    if number < 0:
        message = f"{PREFIX}{name.upper()} is {number}: it cannot be negative"
        raise SettingError(message)
    least, most = _LEAST.get(name, 0), _SECONDS if name.endswith("_seconds") else _MOST.get(name, _LARGEST)
    if not least <= number <= most:  # nor is nan
        message = f"{PREFIX}{name.upper()} is {number}: from {least} to {most} is wanted"
        raise SettingError(message)


def dsn(name: str, value: str) -> str:
    """A DSN that at least begins as one, which is not said again: it may have a password; raises `SettingError`."""
    if not value.startswith(("postgresql://", "postgres://")):
        message = f"{name} cannot be read: {DSN} is wanted"
        raise SettingError(message)
    return value
