"""The site, which writes what all of its threads do into the file that WATCHED_STACKS names, when it gets SIGUSR1."""

import faulthandler
import os
import signal

import streamlit as st

from app import server

stacks = os.open(os.environ["WATCHED_STACKS"], os.O_CREAT | os.O_WRONLY)
faulthandler.register(signal.SIGUSR1, file=stacks, all_threads=True)
app = st.App("main.py")  # by which ``streamlit run`` knows an application
app = server.app
