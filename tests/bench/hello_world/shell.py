import streamlit as st


def hello() -> None:
    st.button("Hello, world")


st.set_page_config(page_title="Hello", layout="wide")
st.navigation([st.Page(hello, title="Hello")]).run()
