"""What crosses between the student's program and the teacher's tests."""
