"""What Streamlit draws: the page of a lesson, the front page, the family tree, the proof, native widgets, styles."""
