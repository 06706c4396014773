"""The way back from bytes: the commands of a stream told apart, and obeyed as a printer obeys them."""
