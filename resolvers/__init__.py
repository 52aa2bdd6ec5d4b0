"""How it is fetched: a plan is made of a request, SQL of the plan, rows of the SQL."""
