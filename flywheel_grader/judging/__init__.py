"""Submissions judged.

running        one test cell run, with a clock
reasons        why a test failed, in words
open_cases     what an open case tells: what was asked, what came back, what was wanted
scratch        where the tests run: a copy of what lies beside their notebook
judge          one submission: its cells in the jail, the tests out here
bench          a process that judges one submission after another
batch          a class graded, two at a time, and only what has changed
decisions      what the teacher decides beside the tests: due dates, lateness, exceptions
results        what a class earned, as files
marks_given    what people gave to written answers
leads          whose numbers a wrong answer fits, and which answers are alike
"""
