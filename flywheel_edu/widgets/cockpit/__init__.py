"""Cockpit: a game flown turn by turn: expect, decide, fly, read.

core       what the browser is to know of a game
widget     the shell
engine.js  a flight in the browser: the game's model, and the rival's policy beside it; as text
letters.js the board's letters, by rules from the run
past.js    flights side by side, kept or pasted in, as curves and as a table
view.js    one view: dials, forecast, decisions, drawing, the end
view.css   its looks
"""
