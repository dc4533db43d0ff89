"""Who acts on whom: causal graphs, their loops, and what the loops do."""
