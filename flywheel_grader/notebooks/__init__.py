"""Notebooks read, whoever wrote them.

cells               a notebook's cells, and what nbgrader's metadata says of them
students_version    a teacher's notebook as students get it: what is cut out, what is locked
beside              the ordinary files beside a notebook
whose_names         which names are the student's to give, and which the teacher's
source              a teacher's notebook read for grading: tests, answers, setting, data
doubts              what a teacher should know of the tests before trusting them
align               a submission laid beside its source, cell by cell
"""
