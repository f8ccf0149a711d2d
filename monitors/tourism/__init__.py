"""Tourism: nights in lodgings, load of sites, festivals, complaints, and the department's monthly indicators."""
