"""The server: connections, a thread for each, and the thread that delivers."""
