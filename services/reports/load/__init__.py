"""How many alerts an operator position has to bear, held against ISA-18.2 and EEMUA 191."""
