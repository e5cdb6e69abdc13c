"""What is answered without Streamlit, and what goes with every answer: live pictures, the first HTML, headers."""
