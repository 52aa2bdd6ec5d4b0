"""The grammar as a whole: what it takes, and where and how it refuses the rest."""

import pytest
from sentences import INVALID, VALID

from adql.errors import AdqlError
from adql.parse import parse
from adql.tree import Query, TextPosition


@pytest.mark.parametrize("query", VALID)
def test_a_query_of_adql_parses(query: str) -> None:
    assert isinstance(parse(query), Query)


@pytest.mark.parametrize(("marked", "problem", "hint"), INVALID)
def test_what_is_not_adql_is_refused_where_it_goes_wrong(marked: str, problem: str, hint: str) -> None:
    before, after = marked.split("¶")
    with pytest.raises(AdqlError) as refused:
        parse(before + after)
    assert refused.value.at == TextPosition(before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    assert problem in refused.value.problem
    assert hint in refused.value.hint
    assert bool(hint) >= bool(refused.value.hint), "a hint that no sentence here expects"
    assert str(refused.value).startswith(f"line {refused.value.at.line}, column {refused.value.at.column}: ")
