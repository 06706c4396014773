"""A RayTeams channel called `lab` as tests set it up: its table, with room for more, and its secrets."""

LAB = """
[[channel]]
name = "lab"
kind = "rayteams"
base_url = "{url}"
poll_seconds = 0.2
{more}
"""
SECRETS = {f"LAB_{field}": "practice" for field in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")}
