"""What more than one widget uses.

In Python:

    module         several ES modules or style sheets as the one text that a widget travels as
    standing       who has the last word, Python or the browser
    still          the picture and the words that a widget leaves in a notebook
    sheet          a page of text as such a picture

In the browser:

    base.js        elements, keys (keepKeys: call it on the root of every widget), speech, numbers
    base.css       the common look: colours, buttons, focus, less motion
    keepsake.js    work that the browser keeps and offers again
    standing.js    who has the last word, Python or the browser
    program.js     the model's own program, as Python printed it
    loops.js       the loops of a drawing, found and told as flywheel_edu.causal does it
    diagram.js     where boxes, curves, signs and letters of a diagram stand
    ink.js         what they are drawn with
    pulses.js      how a push travels, without page or clock
    pace.js        a push from the nudge until nothing moves, in its time
    axis.js        axes, numbers on them, frames
    curves.js      a chart of curves over time, with curves.css
"""
