"""Put the lines in order.

core      lines: which orders are right, what is said about the others
widget    the shell
view.js   draws and listens, by pointer and by keys; its looks are quiz/view.css
"""
