"""Working time: hours, public holidays, swapped days, and the arithmetic of deadlines."""
