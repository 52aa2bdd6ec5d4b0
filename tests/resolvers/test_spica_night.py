"""The night of SPICA against PostgreSQL: its frame, priorities, times, pages and refusals."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from resolvers.operation import Operations
from resolvers.request import Request

FRAME = """{ date site { name longitude latitude height } twilights { sunAltitude evening morning } moonIllumination
  stations pops minElevation orientationObserved warnings totalCount observableCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""
NODES = """{ totalCount observableCount pops pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { spicadbId } }
  nodes { spicadbId targetMainId ra dec vmag spicaMode progname progname2 priorityPi completionRate progress priorityFinal
    observable observableHours observableStart observableEnd transit highestAltitude moonSeparation moonNear limitedBy
    intervals { start end hourAngleStart hourAngleEnd lstStart lstEnd } limits { reason hard hours }
    target { spicadbId priorityFinal } calibratorBefore { name vmag ra dec } calibratorAfter { name vmag ra dec } } }"""


async def night(operations: Operations, arguments: str, fields: str = NODES) -> Any:
    answer = await operations.answer(Request(f"{{ spicaNight({arguments}) {fields} }}"))
    assert "errors" not in answer.payload, answer.payload["errors"]
    return answer.payload["data"]["spicaNight"]


async def test_frame(operations: Operations) -> None:
    frame = await night(operations, 'date: "2026-12-01", pops: "451215", first: 0', FRAME)
    print(frame)
    whole = await night(operations, 'date: "2026-12-01", first: 1000')
    print(whole["totalCount"], whole["observableCount"], whole["pops"], [n for n in whole["nodes"] if n["observable"]][:3])
    assert 0
