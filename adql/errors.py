"""How a query is refused: where, why, and what was perhaps meant."""

from typing import TYPE_CHECKING

from planning.errors import BadInput

if TYPE_CHECKING:
    from adql.tree import TextPosition


class AdqlError(BadInput):
    """The query is not ADQL, or names what is not there; the message has the place and the hint too."""

    code = "ADQL"

    def __init__(self, problem: str, at: "TextPosition", hint: str = "") -> None:
        super().__init__(f"line {at.line}, column {at.column}: {problem}{f'; {hint}' if hint else ''}")
        self.problem = problem
        self.at = at
        self.hint = hint
        """As "perhaps you meant s_ra", or empty."""
