"""The Messages API over `requests`. Start at `client.py`; the errors are in `errors.py`."""
