"""What is built on the contract of all monitors: "Why?" of every figure, its list and its export."""
