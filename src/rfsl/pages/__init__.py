"""Interactive pages: each one HTML file that needs nothing from elsewhere."""

from rfsl.pages.error_time import error_time_page
from rfsl.pages.page import Page, write_page
from rfsl.pages.replay import Moment, replay
from rfsl.pages.replay_map import replay_page

__all__ = [
    "Moment",
    "Page",
    "error_time_page",
    "replay",
    "replay_page",
    "write_page",
]
