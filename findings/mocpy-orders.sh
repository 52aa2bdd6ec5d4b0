#!/usr/bin/env bash
# mocpy compares coverages with their orders: the same cells at orders 3 and 4 differ. A time range whose ends are swapped has a length, and no instants.
. "$(dirname "$0")/common.bash"
packages mocpy==0.21.0 astropy==8.0.2
cat > "$folder/coverages.py" <<'PYTHON'
import astropy.units as u
from astropy.time import Time, TimeDelta
from mocpy import MOC, TimeMOC

one, other = MOC.from_string("3/10"), MOC.from_string("3/10 4/")
print(one == other, one.degrade_to_order(3) == other.degrade_to_order(3), one.sky_fraction == other.sky_fraction)
for ends in ((60000, 60001), (60001, 60000)):
    start, end = (Time([day], format="mjd", scale="tdb") for day in ends)
    coverage = TimeMOC.from_time_ranges(start, end, delta_t=TimeDelta(1 * u.s))
    inside = coverage.contains(Time([60000.5], format="mjd", scale="tdb"))[0]
    print(*ends, round(coverage.total_duration.to_value("d")), inside)
PYTHON
seen "False True True
60000 60001 1 True
60001 60000 213503981 False" "$("$python" -W ignore "$folder/coverages.py")"
