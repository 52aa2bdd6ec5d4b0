#!/usr/bin/env bash
# LSDB asks a server of HATS for other rows than it is told to: a comma in a value is the one between two conditions, and blanks in names of columns are dropped.
. "$(dirname "$0")/common.bash"
packages lsdb==0.11.1 hats==0.11.1
cat > "$folder/filters.py" <<'PYTHON'
from urllib.parse import unquote

from hats.io.paths import dict_to_query_urlparams
from lsdb.loaders.hats.hats_loading_config import HatsLoadingConfig


def address(columns, filters):
    return unquote(dict_to_query_urlparams(HatsLoadingConfig(columns=columns, filters=filters).make_query_url_params()))


print(address(["name"], [("name", "==", "HD+1,mag<5")]))
print(address(["name"], [("name", "==", "HD+1"), ("mag", "<", 5)]))
print(address(["V mag"], [("V mag", "<", 5)]))
PYTHON
seen "?columns=name&filters=name==HD+1,mag<5
?columns=name&filters=name==HD+1,mag<5
?columns=Vmag&filters=V+mag<5" "$("$python" -W ignore "$folder/filters.py")"
