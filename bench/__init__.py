"""What scripts/bench measures with: a crowd of members, the servers it talks to, the reports."""
