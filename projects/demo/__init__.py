"""Two real projects to try the site with: texts, questions, guidelines, people. See LICENCES.md for the texts."""
