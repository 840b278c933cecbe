"""The process: Streamlit around the shell, and the sandbox beside it. Start with `streamlit run app.py`."""

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount

from components import sandbox
from components.content_policy import ContentPolicy
from components.fault import tell_fault
from components.runtime import lifespan

app = st.App(
    "components/shell.py",
    routes=[Mount("/sandbox", app=sandbox.app)],
    middleware=[Middleware(ContentPolicy)],
    lifespan=lifespan,
    on_script_error=tell_fault,
)
