"""A question with an explanation for every answer.

core      questions: what they are, how they are read and answered
gift      the same as Moodle GIFT
widget    the shell
view.js   draws and listens; what was answered goes to Python
"""
