"""Tables that people keep, driven by pyvo as it is: made, filled, indexed, queried, shared and removed."""

from collections.abc import Iterator
from io import BytesIO

import httpx
import numpy as np
import pytest
import pyvo
from astropy.table import Table
from people import bearer, knowing
from pyvo.auth.authsession import AuthSession
from pyvo.utils.prototype import activate_features
from requests import HTTPError, Session
from serving import Server

from gateway.commands.provider import Provider
from sample.federation import Federation

OWNER, OTHER = "pi-s01", "stranger"
DEFINITION = b"""<vosi:table xmlns:vosi="http://www.ivoa.net/xml/VOSITables/v1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" type="output"><name>mine</name><description>Stars of mine</description>
<column><name>Name</name><dataType xsi:type="vs:VOTableType" arraysize="*">char</dataType></column>
<column><name>RAJ2000</name><unit>deg</unit><ucd>pos.eq.ra;meta.main</ucd><dataType xsi:type="vs:VOTableType">double</dataType></column>
<column><name>DEJ2000</name><unit>deg</unit><ucd>pos.eq.dec;meta.main</ucd><dataType xsi:type="vs:VOTableType">double</dataType></column>
<column><name>n</name><dataType xsi:type="vs:TAPType">INTEGER</dataType></column>
</vosi:table>"""
NEAR = """SELECT m.name, s.Name AS star FROM tap_user.mine AS m JOIN jsdc.star AS s
ON 1 = CONTAINS(POINT(s.RAJ2000, s.DEJ2000), CIRCLE(m.raj2000, m.dej2000, 0.0005)) ORDER BY m.n"""


@pytest.fixture(scope="module")
def known(provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    activate_features("cadc-tb-upload")
    spool = str(tmp_path_factory.mktemp("spool"))
    with Server(knowing(provider, federation, spool=spool, figures=False)) as url:
        yield url


def service(url: str, provider: Provider, login: str) -> pyvo.dal.TAPService:
    """As a login with its password, which pyvo sends where the gateway says that it may."""
    session = AuthSession()
    session.credentials.set_password(login, provider.passwords[login])
    return pyvo.dal.TAPService(f"{url}/tap", session=session)


def by_token(url: str, provider: Provider, login: str) -> pyvo.dal.TAPService:
    session = Session()
    session.headers.update(bearer(provider.token(login)))
    return pyvo.dal.TAPService(f"{url}/tap", session=session)


def test_pyvo_drives_a_table_from_its_making_to_its_end(known: str, provider: Provider) -> None:
    mine, theirs = service(known, provider, OWNER), by_token(known, provider, OTHER)
    stars = mine.search("SELECT TOP 3 Name, RAJ2000, DEJ2000 FROM jsdc.star ORDER BY Name").to_table()
    mine.create_table("tap_user.mine", BytesIO(DEFINITION))
    with pytest.raises(HTTPError, match="400"):
        mine.create_table("mine", BytesIO(DEFINITION))
    lines = [
        "Name\tRAJ2000\tDEJ2000\tn",
        *(f"{name}\t{float(ra)!r}\t{float(dec)!r}\t{n}" for n, (name, ra, dec) in enumerate(stars.iterrows())),
    ]
    mine.load_table("mine", BytesIO("\n".join(lines).encode()), format="tsv")
    buffer = BytesIO()
    Table({"Name": ["of FITS"], "n": np.array([7], "i4"), "RAJ2000": [np.nan]}).write(buffer, format="fits")
    mine.load_table("tap_user.mine", BytesIO(buffer.getvalue()), format="FITSTable")
    mine.create_index("mine", "Name", unique=True)
    assert "tap_user.mine" in mine.tables, "whose columns pyvo 1.9.1 asks for without the session"
    assert list(mine.run_sync(NEAR)["name"]) == list(stars["name"] if "name" in stars.colnames else stars["Name"])
    assert len(mine.run_async("SELECT * FROM tap_user.mine")) == 4
    columns = mine.search(
        "SELECT column_name, indexed FROM TAP_SCHEMA.columns WHERE table_name = 'tap_user.mine' ORDER BY column_index"
    )
    assert list(columns["column_name"]) == ["name", "raj2000", "dej2000", "n"]
    assert list(columns["indexed"]) == [1, 1, 1, 0]

    with pytest.raises(pyvo.DALQueryError, match="there is no table"):
        theirs.search("SELECT * FROM tap_user.mine")
    shared = httpx.post(
        f"{known}/tap/permissions/mine", content=f"r-user={OTHER}", headers=bearer(provider.token(OWNER))
    )
    schema = dict(line.split("=") for line in shared.text.split())["schema"]
    assert len(theirs.search(f"SELECT * FROM {schema}.mine")) == 4
    assert f"{schema}.mine" in theirs.tables
    httpx.post(f"{known}/tap/permissions/mine", content="r-user=", headers=bearer(provider.token(OWNER)))
    with pytest.raises(pyvo.DALQueryError, match="there is no table"):
        theirs.search(f"SELECT * FROM {schema}.mine")
    with pytest.raises(HTTPError, match="404"):
        theirs.remove_table("mine")
    mine.remove_table("mine")
    with pytest.raises(pyvo.DALQueryError, match="there is no table"):
        mine.search("SELECT * FROM tap_user.mine")
