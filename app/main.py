"""Navigation; everything else is derived from the lessons."""

from pathlib import Path

import streamlit as st

from app.environment import DEPLOYMENT
from app.lessons import registry
from app.ui import family, gallery, home, proof
from app.ui.lesson_page import page

st.set_page_config(
    page_title="Beyond Backpropagation", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
)

pages = {
    record.name: st.Page(page(record.name), title=record.title, url_path=record.name)
    for record in registry.lessons().values()
}
front = st.Page(home.page(pages), title="Beyond Backpropagation", url_path="home", default=True)
parts = {part: [pages[record.name] for record in records] for part, records in registry.by_part().items()}
parts["About"] = [
    st.Page(family.page, title=family.TITLE, url_path="family"),
    st.Page(proof.page, title=proof.TITLE, url_path="proof"),
]
if DEPLOYMENT.development:
    parts["About"].append(st.Page(gallery.page, title=gallery.TITLE, url_path="gallery"))
st.navigation({"": [front]} | parts, position="top").run()
