"""Dossiers of public services (hồ sơ dịch vụ công): on time or not, and a slip to whoever is late."""
