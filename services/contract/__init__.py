"""The contract between monitors and services: the only thing that both sides must know.

Plain frozen dataclasses and callables. A monitor describes what it receives (``Source``), what it notices (``Rule``),
what it shows (``Panel``, ``Layer``, ``Page``); the services do the rest. Every instant is an aware ``datetime`` in
UTC; every code of an administrative unit is its five-digit text code; every coordinate is longitude, latitude in
degrees (EPSG:4326).

All of its names are taken from here, ``from services.contract import Rule``; the files below hold one idea each.
"""

from services.contract.curves import Curve, CurveLine
from services.contract.findings import Change, Cleared, Finding, Moment, Result, Rule
from services.contract.incoming import Batch, Item, Outcome, Source, Stored
from services.contract.maps import Layer, Look, View
from services.contract.monitor import Monitor
from services.contract.records import Column, Fact, Query, Scope
from services.contract.showing import Figure, Page, Panel
from services.contract.words import SEVERITIES, SEVERITY_CHOICES, Message, Severity, Words, message, rank_of

__all__ = [
    "SEVERITIES",
    "SEVERITY_CHOICES",
    "Batch",
    "Change",
    "Cleared",
    "Column",
    "Curve",
    "CurveLine",
    "Fact",
    "Figure",
    "Finding",
    "Item",
    "Layer",
    "Look",
    "Message",
    "Moment",
    "Monitor",
    "Outcome",
    "Page",
    "Panel",
    "Query",
    "Result",
    "Rule",
    "Scope",
    "Severity",
    "Source",
    "Stored",
    "View",
    "Words",
    "message",
    "rank_of",
]
