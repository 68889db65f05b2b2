"""The domain: names, people, rooms and their logs. No socket, no thread, no text for people."""
