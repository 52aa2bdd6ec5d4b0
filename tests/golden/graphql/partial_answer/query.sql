SELECT t.obs_program
FROM obsportal.program AS t ORDER BY t.obs_program ASC
LIMIT 2
