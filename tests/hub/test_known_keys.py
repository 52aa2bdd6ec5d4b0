"""Keys are compared by the sorted hashes of all of them: what is new, what is gone, what stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.known_keys import _compared

NUMBERS = st.sets(st.integers(-20, 20) | st.integers(-(2**63), 2**63 - 1))


@given(NUMBERS, NUMBERS)
def test_sets_are_compared(known: set[int], there: set[int]) -> None:
    packed = np.array(list(there), ">i8").tobytes()
    found = _compared(packed, np.array(sorted(known), np.int64))
    assert [part.tolist() for part in found] == [sorted(part) for part in (there - known, known - there, known & there)]
