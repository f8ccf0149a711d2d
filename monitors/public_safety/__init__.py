"""Cameras and their AI, accidents and crimes, traffic: what machines and agencies say about order and roads."""
