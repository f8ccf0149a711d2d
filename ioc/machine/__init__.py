"""Runs the centre on one machine: private servers, preparation, one supervisor. The application never imports it."""
