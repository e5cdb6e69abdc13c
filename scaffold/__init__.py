"""Working skeletons of a lesson, an optimizer and a surface: ``make new-lesson NAME=...``."""
