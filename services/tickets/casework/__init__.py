"""Checklists and standard texts as people edit them: checked, versioned, recorded."""
