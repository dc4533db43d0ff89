"""Draw a flywheel: variables, signed arrows, delays, loops as they close.

In Python, in the order of the way:

    core        a drawing as plain data: checked, as a graph, its notes, its file
    nouns       what piles up, and who does something
    spin        a first model from a drawing
    known       a row of the table of quantities, as people write it
    merge       spun once more: the drawing's news join, the student's lines stay
    keeping     the file, another's work found in it, copies of before
    widget      the shell: traits, requests, the still picture

In the browser:

    view.js     builds a view and listens to Python
    scene.js    the drawing as SVG: items, places, marks
    row.js      the row under it, for what is selected
    side.js     loops, notes and keys beside it
    shelf.js    where it is kept; as a picture, as text, copies
    spin.js     the model's text and its curves
    at_hand.js  beside the text: names to complete, the language to insert
    edits.js    a drawing in, a drawing out
    arrange.js  a tidy layout without Python
    talk.js     what is sent to Python and what came back
    acts.js     what can be done, with undo
    again.js    what an earlier session left in the browser
    hands.js    pointer and keys
"""
