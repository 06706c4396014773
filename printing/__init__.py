"""Paper: facts become a document, a document becomes bytes or a picture, and a spool says what came of it."""
