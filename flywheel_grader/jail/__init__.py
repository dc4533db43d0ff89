"""Where submissions run.

levels     which level holds here, and a program opened in it
room       what a program has around it: what it may read, how its Python is called
program    a program seen from outside: ended, and why
zygote     inside: the warm process that forks once for each submission
fence      inside: the kernel's namespaces, drawn around a submission
shell      inside: IPython as a kernel has it
worker     inside: the student's cells run, and what the tests ask of them answered
memory     how much memory a program and its children hold
own_run    a student's notebook on their own computer, outside any jail
"""
