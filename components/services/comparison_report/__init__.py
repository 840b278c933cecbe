"""A comparison as one HTML file to read, send and print: no script, nothing loaded from anywhere."""

from components.services.comparison_report.report import Report, report_html

__all__ = ["Report", "report_html"]
