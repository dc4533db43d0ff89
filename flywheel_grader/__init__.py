"""A safe grader for notebooks in nbgrader's format; it knows no course but by `courses`.

The rooms, in the order in which work goes through them:

    notebooks     reading a notebook, the teacher's or a student's, and laying the two side by side
    handing_in    handing out, packing, collecting; which notebook is whose, and of what
    crossing      what may pass between a student's program and the teacher's tests
    jail          where a student's program runs, and how well it is kept apart
    judging       tests run, points given, reasons found; a class at a time
    telling       grade book, feedback, marking desk, files for other programs

Beside them: `courses` (what a course tells of itself), `limits` (what a submission may use),
`words` (how the grader speaks), `writing` (files written whole), `student_commands` and `commands`
(of `flywheel`).
"""
