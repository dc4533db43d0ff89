"""The causal-loop diagram played at the strengths of a run.

``core.py``     the drawing, and what its arrows carry at each moment
``widget.py``   the shell: what code can do, and what was done in the browser
``view.js``     one view: the time, the loops, the pushes together
``player.js``   what a view works on, and what it shows at a moment
``told.js``     the loops in words, one after another
``pushes.js``   what can be done with the quantity that is picked
``wheel.js``    the diagram itself; a story shows it, too
"""
