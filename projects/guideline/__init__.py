"""The guideline: its versions and who has read them, its pictures and links, and what people ask about it."""
