"""Scripts that check an uploaded media file and write a clean copy, each in a process of its own."""
