"""Who is it that the plan is tried on? People with a forgetting of their own, and ways of spending the same hours."""
