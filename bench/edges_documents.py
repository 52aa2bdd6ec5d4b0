"""GraphQL documents at the edge of the limits, introspection, and answers of as many rows as are given."""

from collections.abc import Iterable, Iterator

from graphql import get_introspection_query

from bench.edge import Edge, graphql
from schema.catalog import DECLARED

COLUMN = "name field type datatype unit ucd utype description former indexed principal nullable table source"
TYPES = "types { name fields { name args { name type { name } } type { name ofType { name } } } }"
ARGUMENTS = "args { name type { name ofType { name fields { name } inputFields { name } } } }"


def documents() -> Iterator[Edge]:
    """Yield the requests."""
    yield from _selections()
    yield from _arguments()
    yield from _texts()
    yield from _introspection()
    yield from _answers()


def _selections() -> Iterator[Edge]:
    yield graphql("1 000 fields", _stars(_columns(990)))
    yield graphql("10 times each of all fields", _stars(_columns(90) * 10))
    yield graphql("unknown fields", _stars(f"unknown{n}" for n in range(950)))
    yield graphql("unknown names near to known ones", _stars(f"ra{'x' * (n % 30)}{n}" for n in range(950)))
    yield graphql("unknown directives", _stars(["name", *(f"@d{n}" for n in range(1_900))]))
    yield graphql("@skip again and again", _stars(["name", *(["@skip(if: false)"] * 500)]))
    yield graphql("conflicting fields", _stars(f"a{n % 9}: {name}" for n, name in enumerate(_columns(50))))
    fragments = (f"fragment f{n} on Star {{ name ...f{n + 1} }}" for n in range(49))
    yield graphql("fragments in each other", " ".join([_stars(["...f0"]), *fragments, "fragment f49 on Star { ra }"]))
    beside = (f"fragment f{n} on Star {{ {' '.join(_columns(15))} }}" for n in range(9))
    yield graphql("fragments beside each other", " ".join([_stars(f"...f{n}" for n in range(9)), *beside]))
    one = _stars(["name"])
    for number in (50, 230):
        queries = " ".join(f"query q{n} {one}" for n in range(number))
        yield graphql(f"{number} operations", queries, operationName="q7")
    yield graphql("braces, 1 900 deep", "{" * 1_900 + "}" * 1_900)


def _arguments() -> Iterator[Edge]:
    yield graphql("990 variables", f"query({' '.join(f'$v{n}: Int' for n in range(990))}) {_stars(['name'])}")
    yield graphql("unknown arguments", _where(" ".join(f"x{n}: 1" for n in range(1_200))))
    yield graphql("a where of 320 groups", _where(f"first: 1, where: {{and: [{'{ra: {gt: 1}} ' * 320}]}}"))
    unknown = " ".join(f"{{xra{n}: {{gt: 1}}}}" for n in range(430))
    yield graphql("a where of unknown fields", _where(f"first: 1, where: {{and: [{unknown}]}}"))
    yield graphql("a list of 3 900 numbers", _where(f"first: 1, where: {{ra: {{in: [{'7 ' * 3_900}]}}}}"))
    wrong = '"x" ' * 3_900
    yield graphql("a list of 3 900 texts for numbers", _where(f"first: 1, where: {{ra: {{in: [{wrong}]}}}}"))
    yield graphql("lists, 1 900 deep", _where(f"first: {'[' * 1_900}1{']' * 1_900}"))


def _texts() -> Iterator[Edge]:
    for length in (9_990, 255_000):
        yield graphql(f"a text of {length} in the document", f'{{ star(name: "{"x" * length}") {{ name }} }}')
    block = "\n x" * 80_000
    yield graphql("a block of text", f'{{ star(name: """{block}""") {{ name }} }}')
    yield graphql("a document of comments", _stars(["name"]) + "#\n" * 120_000)
    yield graphql("a document of commas", _stars(["name"]) + "," * 255_000)
    yield graphql("a document of one name", f"{{ {'x' * 255_000} }}")


def _introspection() -> Iterator[Edge]:
    yield graphql("introspection", get_introspection_query())
    yield graphql("introspection, 20 times", _aliased(f"__schema {{ {TYPES} }}"))
    yield graphql("a type, 20 times", _aliased(f'__type(name: "Query") {{ fields {{ name {ARGUMENTS} }} }}'))
    yield graphql("_service, 20 times", _aliased("_service { sdl }"))
    yield graphql("tables, 20 times", _aliased(f"tables {{ name columns {{ {COLUMN} }} }}"))
    yield graphql("dataModels, 20 times", _aliased("dataModels { key sources columns { table name description } }"))


def _answers() -> Iterator[Edge]:
    every = " ".join(_columns(len(_plain())))
    yield graphql("1 000 rows of all columns", f"{{ stars(first: 1000) {{ nodes {{ {every} }} }} }}")
    yield graphql("1 000 rows with cursors", f"{{ stars(first: 1000) {{ edges {{ cursor node {{ {every} }} }} }} }}")
    yield graphql("20 lists of 1 000 rows", _aliased(f"stars(first: 1000) {{ nodes {{ {every} }} }}"))
    for many, each in ((1000, 20), (200, 1000), (1000, 200)):
        below = f"identifiers(first: {each}) {{ nodes {{ identifier star {{ name ra dec vmag kmag }} }} }}"
        yield graphql(f"{many} rows × {each}", f"{{ stars(first: {many}) {{ nodes {{ name {below} }} }} }}")
    below = "exposures(first: 1000) { nodes { expId instrumentName expMjdStart } }"
    yield graphql("all exposures below their targets", f"{{ targets(first: 200) {{ nodes {{ {below} }} }} }}")
    wrong = " ".join(f"a{n}: identifiers(first: -1) {{ nodes {{ identifier }} }}" for n in range(10))
    yield graphql("10 errors at each of 1 000 rows", f"{{ stars(first: 1000) {{ nodes {{ {wrong} }} }} }}")
    yield graphql("values", '{ distinctValues(table: "stars", column: "spType", first: 1000) { value count } }')
    yield graphql("counts", "{ stars { totalCount } exposures { totalCount } granules { totalCount } }")


def _stars(fields: Iterable[str]) -> str:
    return f"{{ stars(first: 1) {{ nodes {{ {' '.join(fields)} }} }} }}"


def _where(arguments: str) -> str:
    return f"{{ stars({arguments}) {{ nodes {{ name }} }} }}"


def _aliased(field: str) -> str:
    return f"{{ {' '.join(f'a{n}: {field}' for n in range(20))} }}"


def _plain() -> list[str]:
    star = DECLARED.by_plural["stars"]
    links = DECLARED.links_of(star)
    return [name for name in star.by_field if name not in star.quantities and name not in links]


def _columns(number: int) -> list[str]:
    plain = _plain()
    return (plain * (number // len(plain) + 1))[:number]
