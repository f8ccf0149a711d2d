"""A ticket's countdown in words: ``{{ left|left_in_words:now }}``, ``{{ left|due_in_words:now }}``."""

from django import template

from services.tickets import page_time

register = template.Library()

register.filter("left_in_words", page_time.left_in_words)
register.filter("due_in_words", page_time.due_in_words)
