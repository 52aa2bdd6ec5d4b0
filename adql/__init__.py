"""ADQL 2.1: text → tree → names and types → SQL. Nothing that is not declared gets through."""
