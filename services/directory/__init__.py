"""Who and where: administrative units with their validity, departments, people, roles, duty, the ladder, subjects."""
