SELECT t.obs_program
FROM obsportal.program AS t ORDER BY t.obs_program USING ~<~
LIMIT 2
