"""The least there can be in Streamlit with a shell like ours: what the first render is compared with."""

from pathlib import Path

import streamlit as st

app = st.App(str(Path(__file__).parent / "shell.py"))
