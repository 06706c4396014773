"""The counter's screens: they show rows and say what was tapped, and decide nothing."""
