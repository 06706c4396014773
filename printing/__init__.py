"""Paper: facts become a document, a document becomes bytes or a picture, and a spool tells what became of it."""
