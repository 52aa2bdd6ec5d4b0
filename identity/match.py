"""From places and names to stars: the rules, and the named queries that apply them to all changed records at once.

The rules, in the order in which they are applied to a record:

1. There are stars within NEAR of its place. The one that bears the record's name is taken, if one does
   (POSITION_AND_NAME, or NAME where another star is nearer). Else, since telescopes point by place, the one that is
   alone, or outshines the others by OUTSHINES, or is nearer than they by CLEAR: POSITION where the name says nothing,
   CONTRADICTED where it is another star's. Where none of these holds the nearest is kept as AMBIGUOUS.
2. There is none within NEAR. The star that bears the name is taken if it is within WIDE (NAME). If it is farther away,
   no star is taken, but the answer says which star was named (ELSEWHERE). If JSDC does not know the name, the one star
   within WIDE that is BRIGHT and outshines the others is taken (POSITION; AMBIGUOUS where it does not outshine them;
   NONE where none is bright).
3. The record has no place: the star that bears the name (NAME), AMBIGUOUS where several do, NONE where none does.

Names are those of `schema.name_match`, with all stars that bear one as it is spelt or in another case: the one within
WIDE of the record is meant, and only a record without a place takes the first. Another component's letter than A bars
the primary: no record of `Gl 229 B` is of the star that bears GJ 229, or GJ 229 A, however near. Where JSDC knows no
GJ 229 at all, no star is taken by place, as the only one there may be the primary.

A star that bears the name may also be at its place of J2000, not only where its proper motion has taken it at the
record's epoch: many FITS headers repeat a catalogue's coordinates. `separation` and `epoch` are then those of J2000.

Worked example: star A (HD 1, K = 3), star B (HD 2, K = 4) 1.5″ east of it, and star C (HD 3) 1° away. A record without
a name that JSDC knows is called `cal` here. HD 1B, HD 3B and HD 4B are components that JSDC does not know.

===============  ======  =================  ====  ==================================================================
place            name    method             star  why
===============  ======  =================  ====  ==================================================================
0.2″ east of A   HD 1    POSITION_AND_NAME  A     the nearest star bears the name
0.2″ east of A   HD 2    NAME               B     both are within 3″, and the name decides
0.2″ east of A   cal     POSITION           A     B is farther away by 1.1″, more than CLEAR
0.2″ east of A   HD 3    CONTRADICTED       A     the place is believed; `named_star_id` is C
0.7″ east of A   cal     AMBIGUOUS          A     0.7″ and 0.8″ away, and only 1 mag apart: the nearest, unsurely
10″ east of A    HD 1    NAME               A     no star is within 3″, and the one that bears the name within 30″
10″ east of A    cal     AMBIGUOUS          A     both are brighter than 7 mag and neither outshines: the brightest
0.2″ east of A   HD 1A   POSITION_AND_NAME  A     JSDC has no HD 1 A, but the star is the primary
0.2″ east of A   HD 1B   POSITION           B     A is barred, being HD 1, and B is next
at C             HD 3B   NONE               none  C is barred, being HD 3, and no other star is near
at C             HD 4B   NONE               none  HD 4 is unknown: C may be it
1 h east of A    HD 1    ELSEWHERE          none  `named_star_id` is A, `named_separation` how far it is
1 h east of A    cal     NONE               none  no star, no name
none             HD 1    NAME               A     rule 3
===============  ======  =================  ====  ==================================================================

`confidence` is JSDC's: 3 (high) for POSITION_AND_NAME and for the POSITION of a star that is alone and within CLEAR, 1
(low) for AMBIGUOUS, for CONTRADICTED by a star that has neighbours, and without a place. `n_mates` counts the stars
within NEAR or, where there are none, within WIDE.
"""

from identity.records import RecordKind
from schema.named_queries import named_query

NEAR, WIDE = 3.0, 30.0
"""Radii in arcsec."""
CLEAR = 1.0
"""How much nearer than the next a star must be to be taken, and within what distance a lone star is certain: arcsec."""
OUTSHINES = 2.5
"""How many magnitudes brighter than the next a star must be to be taken."""
BRIGHT = 7.0
"""Magnitude (K, or V where there is no K) of the faintest star that is taken for a target seen from WIDE."""
RULES = (NEAR, WIDE, CLEAR, OUTSHINES, BRIGHT)
"""Values of `IDENTIFY`, in the order of its `$1` to `$5`."""

PREPARE = named_query("identity/match", "prepare")
FORGET_PLACES = named_query("identity/match", "forget_places")
FORGET_ANSWERS = named_query("identity/match", "forget_answers")
CHANGED = named_query("identity/match", "changed")
NAMES = named_query("identity/match", "names")
ANALYZE_NAMES = named_query("identity/match", "analyze_names")
PLACES = named_query("identity/match", "places")
BEARERS = named_query("identity/match", "bearers")
IDENTIFY = named_query("identity/match", "identify")
REMEMBER = named_query("identity/match", "remember")
ANALYZE = named_query("identity/match", "analyze")
METHODS = named_query("identity/match", "methods")


def for_kind(kind: RecordKind, query: str) -> str:
    """A query of this module with the tables and the listing of a kind of records filled in."""
    return query.format(table=kind.table.qualified, key=kind.table.key.sql, place=kind.place, listing=kind.listing)
