"""STILTS on DataLink; collected where WITH_STILTS=1."""

import json
import re
from pathlib import Path

import httpx
import pytest
from starlink import run, stilts


def lint(*told: str) -> tuple[int, int, int]:
    """Errors, warnings and failures that datalinklint finds."""
    done = run(*told, "format=json")
    assert done.returncode == 0, done.stderr.decode()
    totals = json.loads(done.stdout)["totals"]
    return totals["ERROR"], totals["WARNING"], totals["FAILURE"]


def test_datalinklint(server: str) -> None:
    query = "{ obscore(first: 12, orderBy: [{ tMin: DESC }]) { nodes { obsPublisherDid } } }"
    nodes = httpx.post(f"{server}/graphql", json={"query": query}).json()["data"]["obscore"]["nodes"]
    ids = [node["obsPublisherDid"] for node in nodes] + ["ivo://jmmc.fr/jsdc?HD 48329", "ivo://jmmc.fr/spicadb?22", "?"]
    url = str(httpx.URL(f"{server}/datalink/links", params=[("ID", told) for told in ids]))
    assert lint("datalinklint", f"votable={url}") == (0, 0, 0)


LINTED = (
    "/datalink/links?ID=ivo://jmmc.fr/oidb?000020000095",
    "/scs/ivoa.obscore?RA=1&DEC=1&SR=180&MAXREC=5",
    "/sia?POS=CIRCLE 100.983 25.131 5",
    "/sia?MAXREC=0",
    "/sia?BAND=wrong",
    "/visibility?POS=60,-5&TIME=61375/61377",
)


@pytest.mark.parametrize("path", LINTED)
def test_votlint(server: str, tmp_path: Path, path: str) -> None:
    (saved := tmp_path / "answer.vot").write_bytes(httpx.get(server + path).content)
    assert stilts("votlint", f"votable={saved}", "ucd=true", "unit=true") == ""


def test_sia2(server: str, tmp_path: Path) -> None:
    place = ("lon=100.983", "lat=25.131", "radius=0.1")
    told = stilts("cone", "servicetype=sia2", f"serviceurl={server}/sia", *place, "omode=count")
    wanted = httpx.get(f"{server}/sia", params={"POS": "CIRCLE 100.983 25.131 0.1"}).text.count("<TR>")
    assert f"rows: {wanted}" in told
    capabilities = tmp_path / "capabilities.xml"
    capabilities.write_bytes(httpx.get(f"{server}/sia/capabilities").content)
    valid = run("xsdvalidate", f"doc={capabilities}", "uselocals=true")
    assert b"ERROR" not in valid.stdout + valid.stderr


RESOURCE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0"
 targetNamespace="http://www.ivoa.net/xml/RegistryInterface/v1.0">
<xs:import namespace="http://www.ivoa.net/xml/VOResource/v1.0"/><xs:element name="Resource" type="vr:Resource"/>
</xs:schema>"""
"""What Registry Interfaces 1.0 says of a record; STILTS has the schemas of most that is in it."""


def extended(namespace: str, *types: tuple[str, str, str]) -> str:
    """A schema of types that extend those of VOResource: name, base, and elements as XML."""
    made = "".join(
        f'<xs:complexType name="{name}"><xs:complexContent><xs:extension base="vr:{base}"><xs:sequence>{elements}'
        "</xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
        for name, base, elements in types
    )
    return f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0"
 targetNamespace="{namespace}"><xs:import namespace="http://www.ivoa.net/xml/VOResource/v1.0"/>{made}</xs:schema>"""


def sequence(**types: str) -> str:
    """Elements in order, each with its type; one with a `?` may be missing, one with a `*` may be there often."""
    often = {"?": ' minOccurs="0"', "*": ' minOccurs="0" maxOccurs="unbounded"'}
    return "".join(
        f'<xs:element name="{name}" type="{kind.rstrip("?*")}"{often.get(kind[-1], "")}/>'
        for name, kind in types.items()
    )


QUERY = sequence(
    ra="xs:double", dec="xs:double", sr="xs:double", verb="xs:positiveInteger?", catalog="xs:string?",
    extras="xs:string?",
)  # fmt: skip
OURS = {
    "http://www.ivoa.net/xml/VORegistry/v1.0": (
        ("Registry", "Service", sequence(full="xs:boolean", managedAuthority="vr:AuthorityID*")),
        ("Harvest", "Capability", sequence(maxRecords="xs:int")),
        ("OAIHTTP", "Interface", ""),
        ("Authority", "Resource", sequence(managingOrg="vr:ResourceName")),
    ),
    "http://www.ivoa.net/xml/ConeSearch/v1.0": (
        (
            "ConeSearch",
            "Capability",
            sequence(maxSR="xs:float?", maxRecords="xs:positiveInteger?", verbosity="xs:boolean")
            + f'<xs:element name="testQuery" minOccurs="0"><xs:complexType><xs:sequence>{QUERY}</xs:sequence>'
            "</xs:complexType></xs:element>",
        ),
    ),
}
"""What VORegistry 1.1 and Simple Cone Search 1.1 say, whose schemas STILTS has not, by their namespaces."""


def test_records_are_valid(server: str, tmp_path: Path) -> None:
    """Of data, services, the registry and its authority."""
    told = {"verb": "ListRecords", "metadataPrefix": "ivo_vor"}
    text = httpx.get(f"{server}/oai", params=told, timeout=60).text
    (schema := tmp_path / "resource.xsd").write_text(RESOURCE)
    locations = [f"schemaloc=http://www.ivoa.net/xml/RegistryInterface/v1.0=file:{schema}"]
    for number, (namespace, types) in enumerate(OURS.items()):
        (own := tmp_path / f"{number}.xsd").write_text(extended(namespace, *types))
        locations.append(f"schemaloc={namespace}=file:{own}")

    def said(resource: str) -> str:
        (record := tmp_path / "record.xml").write_text(resource)
        done = run("xsdvalidate", f"doc={record}", "uselocals=true", *locations)
        return (done.stdout + done.stderr).decode()

    resources = re.findall(r"<ri:Resource .*?</ri:Resource>", text, re.DOTALL)
    kinds = [re.search(r'xsi:type="(\w+:\w+)"', resource)[1] for resource in resources]  # type: ignore[index]
    assert (kinds.count("vg:Registry"), kinds.count("vg:Authority"), len(kinds) > 16) == (1, 1, True)
    for kind, resource in zip(kinds, resources, strict=True):
        assert "ERROR" not in said(resource), kind
    authority = resources[kinds.index("vg:Authority")]
    assert "managingOrg" in said(authority.replace("managingOrg", "managedBy"))
