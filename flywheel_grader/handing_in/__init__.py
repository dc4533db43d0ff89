"""The way of the work: out to the students, and back.

release        students' versions written, to everyone alike or with numbers of their own
archive        what strangers packed, opened without harm
collect        handed-in work, from wherever it lies, into one folder for each student
pack           a student's notebook and its files as one file; and opened again
submissions    in a student's folder: which notebook is of which exercise, what goes along
"""
