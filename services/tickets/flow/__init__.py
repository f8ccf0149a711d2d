"""The work on a ticket beside its states: checklists, texts, links, extensions, parts, files, who hears of it."""
