"""Results told.

html_pages     a page that loads nothing, made from the files in `templates`
feedback       one page for each student
report         the grade book as a page
marking        the desk at which written answers are marked
grade_files    grades for a spreadsheet, Moodle, Canvas, nbgrader
"""
