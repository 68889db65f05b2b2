"""Who is there, who they are, and what each of them sees."""
