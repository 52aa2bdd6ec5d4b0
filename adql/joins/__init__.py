"""Joins across databases: what a FROM joins, and rows left out before they are fetched.

Passes over the nodes of one SELECT, in the order in which `semijoin.push_down` runs them:

- `exists`: EXISTS that one equality, or a position, ties to the query around it becomes `IN (query)`.
- `graph`: the FROM and its WHERE are read: relations, edges between them, conditions of each alone.
- `semijoin`: keys of a small relation go to the source of a large one; `pairs` does the same for places,
  and for places in regions; `plan` is what both add to the statement.
- `deduplicate`: a union's rows that another branch has too are left out, looked up for the rows at hand alone.
- `branch_keys`: what is asked of a union's key is asked of each branch's own, too.
- `first`: where the first rows of a union are wanted, each branch sorts, and gives no more than these.

At a source, `close` finds pairs of places of one table that are close to each other, without a cone around each.
"""
