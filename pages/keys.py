"""API keys: the connections there are, and the form that adds one."""

import streamlit as st

from components import runtime, state
from components.connection_actions import TabConnections
from components.services import keychain
from components.widgets.connection_list import connection_list, new_connection_form

actions = TabConnections(state.session_secrets())
connections = runtime.connections()

st.markdown("### API keys", anchors=False)
st.caption(
    "A connection is a server that speaks the Messages API, with the key it takes. "
    "Keys are never written to the database, a log or a snippet."
)
with st.container(width=760):
    connection_list(connections, used=state.connection_in_use(connections).id, actions=actions)
    new_connection_form(actions, keychain=keychain.available())
