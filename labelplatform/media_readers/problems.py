"""What readers say of a file that they do not take."""


class Problem(Exception):
    """Why a file is not taken, for the person who sent it."""
