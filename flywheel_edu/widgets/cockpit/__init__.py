"""Cockpit: a game flown turn by turn: expect, decide, fly, read.

core       what the browser is to know of a game
widget     the shell
engine.js  a flight in the browser: the game's model, and the rival's policy beside it
letters.js the board's letters, by rules from the run
view.js    one view: dials, forecast, decisions, drawing, what was flown
view.css   its looks
"""
