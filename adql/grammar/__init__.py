"""The grammar of ADQL 2.1, a module a kind of thing: words and tokens, values, conditions, relations, queries."""
