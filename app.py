"""The process: Streamlit around the shell, and the sandbox beside it. Start with `streamlit run app.py`."""

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount

from components import sandbox
from components.content_policy import ContentPolicy
from components.runtime import lifespan
from components.widgets.fault import tell_fault

app = st.App(
    "components/shell.py",
    routes=[Mount("/sandbox", app=sandbox.app)],
    middleware=[Middleware(ContentPolicy)],
    lifespan=lifespan,
    on_script_error=tell_fault,
)
