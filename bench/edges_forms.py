"""Forms, headers, queries and tables of the other doors, as large as they are taken."""

from collections.abc import Iterator
from urllib.parse import urlencode

from bench.edge import Edge, file_part, form, get, parts, text_parts

FORM, LARGEST = 256_000, 8_000_000
"""Bytes of a form, and of DataLink's."""
DOORS = {
    "/scs/jsdc.star": "RA", "/tap/sync": "QUERY", "/sia": "POS", "/getstar": "star", "/search.votable": "target",
    "/oidb/search": "target", "/moc/jsdc.star": "MAXORDER", "/oai": "verb", "/datalink/links": "ID", "/xmatch": "cat1",
    "/badcal-dsa/SubmitCone": "RA",
}  # fmt: skip
HEADERS = ("Accept", "Cookie", "If-None-Match", "Accept-Encoding", "X-Forwarded-For", "Origin")
FORMATS = ("votable", "votable/td", "csv", "tsv", "fits", "parquet", "arrow", "json")
PAGES = (
    "/tap/tables", "/tap/capabilities", "/tap/examples", "/tap/async", "/health", "/", "/docs/", "/graphql",
    "/oai?verb=ListRecords&metadataPrefix=ivo_vor", "/datalink/links?ID=ivo://jmmc.fr/oidb%3F000020000095",
    "/xmatch/tables?action=getColList&tabName=jsdc.star&RESPONSEFORMAT=json", "/moc/jsdc.star?MAXORDER=11",
    "/sia?POS=CIRCLE+0+0+90&MAXREC=10000", "/oidb/search?page=1", "/scs/jsdc.star?RA=1&DEC=1&SR=180&MAXREC=20000",
)  # fmt: skip
WHERE = "SELECT TOP 1 Name FROM jsdc.star WHERE "
ADQL = {
    "OR": WHERE + " OR ".join("Vmag>1" for _ in range(480)),
    "parentheses": WHERE + "(" * 2_400 + "1=1" + ")" * 2_400,
    "columns": f"SELECT {','.join(['Vmag'] * 980)} FROM jsdc.star",
    "a list": f"{WHERE} jsdc_id IN ({','.join(map(str, range(1_000)))})",
    "a long list": f"{WHERE} jsdc_id IN ({','.join(map(str, range(30_000)))})",
    "one text": f"{WHERE} Name='{'x' * 250_000}'",
    "blanks": WHERE + "1=1" + " " * 200_000,
    "one name": WHERE + "x" * 250_000 + "=1",
}
VOTABLE = (
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>{infos}<TABLE>'
    '<FIELD name="ra" datatype="double" ucd="pos.eq.ra;meta.main" unit="deg"/>'
    '<FIELD name="dec" datatype="double" ucd="pos.eq.dec;meta.main" unit="deg"/>'
    '<FIELD name="note" datatype="char" arraysize="*"/>{fields}'
    "<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
)


def forms() -> Iterator[Edge]:
    """Yield the requests."""
    for path, name in DOORS.items():
        yield from _forms(path, name, LARGEST if "datalink" in path else FORM)
    yield from _lists()
    yield from _headers()
    yield from _tables()
    yield from (Edge(path, get(path)) for path in PAGES)


def _forms(path: str, name: str, most: int) -> Iterator[Edge]:
    number = min(99_000, most // 16)
    yield Edge(f"{path}, the same field {number} times", form(path, b"&".join([b"a=1"] * number)))
    yield Edge(f"{path}, {number} fields", form(path, b"&".join(b"%x=" % n for n in range(number))))
    yield Edge(f"{path}, 999 fields", form(path, b"&".join(b"%x=" % n for n in range(999))))
    yield Edge(f"{path}, {name} 999 times", form(path, b"&".join(f"{name}={n}".encode() for n in range(999))))
    yield Edge(f"{path}, a value of {most // 1000} kB", form(path, f"{name}={'x' * (most - 200)}".encode()))
    yield Edge(f"{path}, a value of % escapes", form(path, f"{name}={'%41' * ((most - 200) // 3)}".encode()))
    yield Edge(f"{path}, a request line of 60 kB", get(f"{path}?{name}={'x' * 60_000}"))


def _lists() -> Iterator[Edge]:
    for number in (50, 9_000):
        areas = b"&".join(b"POS=CIRCLE+%d+%d+0.1" % (n % 360, n % 90) for n in range(number))
        yield Edge(f"/sia, {number} areas", form("/sia", areas))
    ids = b"&".join(b"ID=ivo://jmmc.fr/oidb%%3F%012d" % n for n in range(4_900))
    yield Edge("/sia, 4900 identifiers", form("/sia", ids))
    for number in (100, 4_900):
        intervals = b"&".join(b"TIME=%d+%d" % (n, n + 1) for n in range(number))
        yield Edge(f"/sia, {number} intervals", form("/sia", intervals))
    for number in (499, 30_000):
        corners = b"+".join(b"%d.%d+%d" % (n % 60, n, n % 40) for n in range(number))
        yield Edge(f"/sia, a polygon of {number} corners", form("/sia", (b"POS=POLYGON+" + corners)[:FORM]))
    for number in (100, 30_000):
        names = b",".join(b"HD+%d" % n for n in range(number))
        yield Edge(f"/getstar, {number} names", form("/getstar", (b"star=" + names)[:FORM]))
    identifiers = b"&".join(b"ID=ivo://jmmc.fr/oidb%%3F%012d" % n for n in range(99_000))
    yield Edge("/datalink/links, 99 000 identifiers", form("/datalink/links", identifiers))
    small = text_parts({f"a{n}": "1" for n in range(900)})
    yield Edge("/scs/jsdc.star, a form of 900 parts", parts("/scs/jsdc.star", small))
    small = text_parts({f"a{n}": "1" for n in range(4_900)})
    yield Edge("/datalink/links, a form of 4 900 parts", parts("/datalink/links", small))
    ends = text_parts({"ID": "\r" * 7_900_000})
    yield Edge("/datalink/links, a part of 8 MB of line ends", parts("/datalink/links", ends))


def _headers() -> Iterator[Edge]:
    many = "".join(f"X-{n}: {'x' * 50}\r\n" for n in range(480))
    yield Edge("/livez, 30 kB of headers", get("/livez", many))
    for name in HEADERS:
        for value in ("a," * 14_000, "a/b;q=0.5," * 2_900, '"' * 29_000):
            asked = get("/graphql?query=%7B__typename%7D", f"{name}: {value}\r\n")
            yield Edge(f"{name}: {value[:6]}… of 29 kB", asked)


def _tables() -> Iterator[Edge]:
    every = {"LANG": "ADQL", "QUERY": "SELECT * FROM jsdc.star", "MAXREC": "20000"}
    for name in FORMATS:
        asked = urlencode(every | {"RESPONSEFORMAT": name}).encode()
        yield Edge(f"/tap/sync, 20 000 rows as {name}", form("/tap/sync", asked))
    for coding in ("gzip", "zstd"):
        coded = form("/tap/sync", urlencode(every).encode(), f"Accept-Encoding: {coding}\r\n")
        yield Edge(f"/tap/sync, 20 000 rows in {coding}", coded)
    for title, text in ADQL.items():
        asked = urlencode({"LANG": "ADQL", "MAXREC": "1", "QUERY": text}).encode()
        yield Edge(f"/tap/sync, ADQL of {title}", form("/tap/sync", asked))
    taken = {"LANG": "ADQL", "MAXREC": "10", "QUERY": "SELECT * FROM TAP_UPLOAD.t", "UPLOAD": "t,param:t"}
    matched = {"cat2": "jsdc.star", "distMaxArcsec": "2", "RESPONSEFORMAT": "csv", "colRA1": "ra", "colDec1": "dec"}
    for title, table in _uploads():
        yield Edge(f"/tap/sync, an upload of {title}", parts("/tap/sync", text_parts(taken) + file_part("t", table)))
        yield Edge(f"/xmatch, a list of {title}", parts("/xmatch", text_parts(matched) + file_part("cat1", table)))


def _uploads() -> Iterator[tuple[str, bytes]]:
    places = [(n * 0.0036, n * 0.0009) for n in range(100_000)]
    rows = "".join(f"<TR><TD>{ra}</TD><TD>{dec}</TD><TD>row</TD></TR>" for ra, dec in places)
    yield "100 000 rows, TABLEDATA", VOTABLE.format(infos="", fields="", rows=rows).encode()
    yield "100 000 rows, CSV", ("ra,dec,note\n" + "".join(f"{ra},{dec},row\n" for ra, dec in places)).encode()
    row = f"<TR><TD>1</TD><TD>1</TD><TD>{'x' * 5_000_000}</TD></TR>"
    yield "one cell of 5 MB", VOTABLE.format(infos="", fields="", rows=row).encode()
    wide = "".join(f'<FIELD name="c{n}" datatype="int"/>' for n in range(900))
    yield "900 columns", VOTABLE.format(infos="", fields=wide, rows="").encode()
    infos = '<INFO name="a" value="b"/>' * 100_000
    yield "100 000 INFO", VOTABLE.format(infos=infos, fields="", rows="").encode()
    yield "8 MB of <", b"<" * LARGEST
    yield "one line of 8 MB", b"a,b\n" + b"1," * (LARGEST // 2)
