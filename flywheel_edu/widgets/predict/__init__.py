"""Draw the curve you expect; only then is the run shown.

``core.py``        the question, the empty chart, drawings read, the verdict
``shapes.py``      the rules that name what sets a drawing and the run apart; ``shapes.js`` likewise
``sayings.toml``   what is said to each kind of drawing
``widget.py``      the shell: what code can do, and what was drawn in the browser
``view.js``        one view: the pen, the handles, the run in its time
``columns.js``     a drawing as a hand makes it, column by column
``sheet.js``       the chart that is drawn on
``verdict.js``     what is said once the run is shown
"""
