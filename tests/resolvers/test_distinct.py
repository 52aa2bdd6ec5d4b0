"""Pick lists: the values of a column with their counts."""

from typing import Any

import pytest

from resolvers.operation import Operations
from resolvers.request import Request

ASKED = "query($t: String!, $c: String!, $s: String, $o: GroupOrder! = COUNT, $n: Int! = 100) { distinctValues(table: $t, column: $c, startingWith: $s, orderBy: $o, first: $n) { value count hasNext } }"


async def values(operations: Operations, **told: Any) -> Any:
    answer = await operations.answer(Request(ASKED, None, told))
    return answer.payload["errors"][0] if "errors" in answer.payload else answer.payload["data"]["distinctValues"]


async def test_the_most_frequent_come_first(operations: Operations) -> None:
    found = await values(operations, t="obsportal.exposure", c="instrument_name")
    counts = [value["count"] for value in found]
    assert counts == sorted(counts, reverse=True)
    assert not found[-1]["hasNext"]
    total = await operations.answer(Request("{ exposures { totalCount } }"))
    assert sum(counts) == total.payload["data"]["exposures"]["totalCount"]
    cut = await values(operations, t="exposures", c="instrumentName", n=2)
    assert [value["value"] for value in cut] == [value["value"] for value in found[:2]]
    assert cut[-1]["hasNext"]


async def test_by_the_alphabet_from_a_beginning(operations: Operations) -> None:
    found = [
        value["value"] for value in await values(operations, t="targets", c="targetName", s="hd ", o="KEY", n=1000)
    ]
    assert found == sorted(found)
    assert found
    assert all(name.startswith("HD ") for name in found)
    assert await values(operations, t="targets", c="targetName", s="%") == []


async def test_numbers_codes_and_floats(operations: Operations) -> None:
    assert {value["value"] for value in await values(operations, t="granules", c="calibLevel")} <= {0, 1, 2, 3}
    assert "HIP" in {value["value"] for value in await values(operations, t="stars", c="f_Vmag")}
    seeing = await values(operations, t="exposures", c="expSeeing", n=1000)
    assert seeing
    assert all(isinstance(value["value"], float) for value in seeing)


@pytest.mark.parametrize(("told", "word"), [
    ({"t": "exposure", "c": "x"}, "perhaps you meant exposures"),
    ({"t": "nothing like it", "c": "x"}, "There is no table"),
    ({"t": "exposures", "c": "instrumentNam"}, "perhaps you meant instrumentName"),
    ({"t": "exposures", "c": "exp_validation_log"}, "JSON"),
    ({"t": "exposures", "c": "obs_id", "s": "1"}, "startingWith"),
    ({"t": "exposures", "c": "exp_id", "s": "\0"}, "NUL"),
    ({"t": "exposures", "c": "exp_id", "n": -1}, "from 0"),
])  # fmt: skip
async def test_refusals(operations: Operations, told: dict[str, Any], word: str) -> None:
    refused = await values(operations, **told)
    assert refused["extensions"]["code"] == "BAD_INPUT"
    assert word in refused["message"]
