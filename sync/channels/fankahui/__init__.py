"""The channel to fankahui (泛盈): settings, wire types, parser, client and verbs; see NOTES.md."""
