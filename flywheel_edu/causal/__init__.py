"""Who acts on whom: causal graphs, their loops, and what the loops do.

need            what is said to somebody who hands in another kind of thing than a graph
signs           the sign of an arrow, from the rules of the derivative
graph           a model's causal graph, whole or folded to what is shown
loops           every loop: its letter, title and story
independent     a few short loops that cover all arrows
sketch          diagrams as text
vocabulary      what the words of a name say about it
lint            a drawing held against the rules of good diagrams
compare         a drawing held against a model
archetype_view  a graph as the search for archetypes sees it
archetype_shapes  the shape and story of each archetype
archetypes      stories that recur, found by the shape of a graph
whole           what was written once for several, as one
cut             a model with one loop opened, or a cause changed at some arrows
limits          what holds a run back, and what will next
leverage        what moves an output most
scores          link scores and loop scores
strongest       the loops that drive, where there are too many to list
dominance       which loop drives, when (dominance_plot: as a picture)
uncertainty     the same over a sweep
simplify        a large diagram made small
"""
