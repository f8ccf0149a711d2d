"""How a province's units, outlines and organisation get from files into the directory."""
