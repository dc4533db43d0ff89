"""What passes between the student's program and the teacher's tests: plain data, and questions.

link             lines of JSON, as each side sees them
wire             values made into JSON, and made anew
pandas_tables    tables and series in it
figures          the data of charts in it
kinds            where a test may meet what is no plain data, and how it fails otherwise
stand_ins        what stands in a test for the student's functions and objects
changes          what a function changed in its arguments, taken over
far              the student's program, asked on behalf of a test
world            what the names in a test mean; what it does to Python, done on both sides
"""
