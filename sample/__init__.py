"""The sample data set: real objects, credited, and the generator that grows it to full scale."""
