"""The configuration file is changed as its owner would, and never left half or wrong."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from pos.config import load
from pos.config_edit import EditTrouble, read, save

TEXT = """# my shop
[shop]
name = "泛盈总店"   # over the door
currency = "CNY"

# first printer
[[printer]]
name = "kitchen"
device = "virtual:"  # none yet
stations = [
  "热菜",  # hot
  "主食",
]

# the one at the bar
[[printer]]
name = "cold"
device = "virtual:"
fallback = "kitchen"

[store]
url = "sqlite:///a.db"
# the end
"""

CHANNEL_IN_ORDER = """
[[channel]]
name = "lab"
kind = "rayteams"
base_url = "https://example.com"
[channel.workflow]
a = "accepted"  # theirs
b = "accepted"  # ours
c = "paid"
"""

FRONT = {"name": "front", "device": "virtual:", "prints": ["settlement"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a shop's configuration."""
    made = tmp_path / "config.toml"
    made.write_bytes(TEXT.encode())
    return made


def lines_gone(before: str, after: str) -> list[str]:
    """Return the lines of a text that another one has no more."""
    return [line for line in before.splitlines() if line not in after.splitlines()]


def test_a_printer_is_added_behind_the_last_one_and_nothing_else_moves(file: Path) -> None:
    config = save(read(file).with_printer(FRONT))
    assert [part.name for part in config.printer] == ["kitchen", "cold", "front"]
    assert lines_gone(TEXT, file.read_text(encoding="utf-8")) == []
    assert file.read_text(encoding="utf-8").endswith('[store]\nurl = "sqlite:///a.db"\n# the end\n')


def test_the_first_printer_of_a_shop_is_added_at_the_end(file: Path) -> None:
    file.write_text('[shop]\nname = "x"\ncurrency = "CNY"', encoding="utf-8")
    assert [part.name for part in save(read(file).with_printer(FRONT)).printer] == ["front"]


def test_a_change_keeps_comments_and_leaves_the_words_of_the_next_printer_where_they_are(file: Path) -> None:
    changed = read(file).with_printer({"paper": 58, "device": "tcp://10.0.0.5"}, was="kitchen").text
    assert lines_gone(TEXT, changed) == ['device = "virtual:"  # none yet']
    assert "# none yet" in changed
    assert changed.index("paper = 58") < changed.index("# the one at the bar")


def test_what_is_as_it_was_is_written_as_it_was(file: Path) -> None:
    same = {"name": "kitchen", "stations": ["热菜", "主食"]}
    assert read(file).with_printer(same, was="kitchen").text == TEXT


def test_who_falls_back_on_a_printer_follows_its_new_name(file: Path) -> None:
    config = save(read(file).with_printer({"name": "hot"}, was="kitchen"))
    assert [(part.name, part.fallback) for part in config.printer] == [("hot", ""), ("cold", "hot")]


def test_a_removed_printer_takes_its_comment_along_and_nobody_falls_back_on_it(file: Path) -> None:
    config = save(read(file).without_printer("kitchen"))
    text = file.read_text(encoding="utf-8")
    assert [(part.name, part.fallback) for part in config.printer] == [("cold", "")]
    assert "# the one at the bar" in text
    assert "# first printer" not in text


def test_every_printer_can_go(file: Path) -> None:
    draft = read(file).without_printer("cold").without_printer("kitchen")
    assert save(draft).printer == ()


def test_the_former_file_is_kept_beside_it_with_the_same_rights(file: Path) -> None:
    file.chmod(0o640)
    save(read(file).with_printer(FRONT))
    kept = file.with_name("config.toml.bak")
    assert kept.read_text(encoding="utf-8") == TEXT
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file, kept)] == [0o640, 0o640]
    assert sorted(each.name for each in file.parent.iterdir()) == ["config.toml", "config.toml.bak"]


def test_what_the_counter_would_refuse_is_never_written(file: Path) -> None:
    with pytest.raises(EditTrouble) as trouble:
        save(read(file).with_printer({"paper": 70}, was="kitchen"))
    assert trouble.value.code == "refused"
    assert "config.toml" in trouble.value.facts["detail"]
    assert "paper" in trouble.value.facts["detail"]
    assert file.read_text(encoding="utf-8") == TEXT
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]


def test_a_file_that_somebody_else_changed_is_left_to_them(file: Path) -> None:
    draft = read(file).with_printer(FRONT)
    file.write_text(TEXT + "\n# mine\n", encoding="utf-8")
    with pytest.raises(EditTrouble) as trouble:
        save(draft)
    assert trouble.value.code == "changed_meanwhile"
    assert file.read_text(encoding="utf-8").endswith("# mine\n")


def test_a_file_that_may_not_be_written_is_left_alone(file: Path) -> None:
    draft = read(file).with_printer(FRONT)
    file.chmod(0o400)
    with pytest.raises(EditTrouble) as trouble:
        save(draft)
    assert trouble.value.code == "not_writable"
    assert file.read_text(encoding="utf-8") == TEXT


def test_line_ends_and_mark_of_another_system_stay(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    save(read(file).with_printer({"paper": 58}, was="cold"))
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# my shop\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert load(file).printer[1].paper == 58


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    save(read(link).with_printer(FRONT))
    assert link.is_symlink()
    assert len(load(file).printer) == 3


def test_printers_that_are_written_on_one_line_are_left_to_their_owner(file: Path) -> None:
    file.write_text('[shop]\nname = "x"\ncurrency = "CNY"\n[store]\n', encoding="utf-8")
    file.write_text(
        'printer = [{name = "a", device = "virtual:"}]\n' + file.read_text(encoding="utf-8"), encoding="utf-8"
    )
    for change in (lambda: read(file).with_printer(FRONT), lambda: read(file).without_printer("a")):
        with pytest.raises(EditTrouble) as trouble:
            change()
        assert trouble.value.code == "written_otherwise"


@pytest.mark.parametrize("content", [b"[shop", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_said(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(EditTrouble) as trouble:
        read(file)
    assert trouble.value.code == "unreadable"


CHANNELS = TEXT.replace(
    "[store]",
    """# our own shop
[[channel]]
name = "fankahui"   # as the guests know it
kind = "fankahui"
base_url = "https://one.example"

# the lab
[[channel]]
name = "lab"
kind = "rayteams"
base_url = "https://lab.example"

# what their nodes are
[channel.workflow]
Requested = "placed"   # new
ewb-4 = "paid"

# where it all is
[store]""",
)

CREMA = {"name": "crema", "kind": "crema", "base_url": "https://api.cre.ma"}


@pytest.fixture
def connected(file: Path) -> Path:
    """Return the configuration of a shop with two channels."""
    file.write_text(CHANNELS, encoding="utf-8")
    return file


def test_a_channel_is_added_behind_the_last_one_and_its_tables(connected: Path) -> None:
    config = save(read(connected).with_channel({**CREMA, "poll_seconds": 30.0}))
    assert [part.name for part in config.channel] == ["fankahui", "lab", "crema"]
    text = connected.read_text(encoding="utf-8")
    assert lines_gone(CHANNELS, text) == []
    assert text.index("ewb-4") < text.index('name = "crema"') < text.index("# where it all is")


def test_the_first_channel_of_a_shop_brings_its_workflow_along(file: Path) -> None:
    lab = {
        "name": "lab",
        "kind": "impilo",
        "base_url": "https://a.example",
        "workflow": {"in transit": "executed"},
    }
    config = save(read(file).with_channel(lab))
    assert config.channel[0].settings["workflow"] == {"in transit": "executed"}
    assert "[channel.workflow]" in file.read_text(encoding="utf-8")
    assert lines_gone(TEXT, file.read_text(encoding="utf-8")) == []


def test_a_change_of_a_channel_keeps_every_other_line(connected: Path) -> None:
    draft = read(connected).with_channel({"base_url": "https://two.example", "login": "employes"}, "fankahui")
    assert lines_gone(CHANNELS, draft.text) == ['base_url = "https://one.example"']
    assert draft.text.index('login = "employes"') < draft.text.index("# the lab")
    assert draft.channels[0]["login"] == "employes"


def test_a_key_of_a_channel_is_added_above_its_own_tables(connected: Path) -> None:
    config = save(read(connected).with_channel({"discover": False}, "lab"))
    assert config.channel[1].settings["discover"] is False
    assert lines_gone(CHANNELS, connected.read_text(encoding="utf-8")) == []


def test_a_mapping_is_replaced_as_a_whole_and_keeps_the_comments_of_what_stays(connected: Path) -> None:
    draft = read(connected).with_channel({"workflow": {"Requested": "placed", "ewb-5": "rejected"}}, "lab")
    assert draft.channels[1]["workflow"] == {"Requested": "placed", "ewb-5": "rejected"}
    assert lines_gone(CHANNELS, draft.text) == ['ewb-4 = "paid"']
    assert draft.text.index("ewb-5") < draft.text.index("# where it all is")


def test_the_order_of_a_mapping_is_what_is_written_and_remarks_go_along(file: Path) -> None:
    text = TEXT + CHANNEL_IN_ORDER
    file.write_text(text, encoding="utf-8")
    draft = read(file).with_channel({"workflow": {"b": "accepted", "a": "accepted", "c": "paid"}}, "lab")
    assert list(draft.channels[0]["workflow"]) == ["b", "a", "c"]
    assert 'b = "accepted"  # ours\na = "accepted"  # theirs\n' in draft.text
    assert lines_gone(text, draft.text) == []
    inline = text.replace("[channel.workflow]", "").replace(
        'a = "accepted"', 'workflow = {a = "accepted", b = "paid"}'
    )
    file.write_text(inline.split('b = "accepted"')[0], encoding="utf-8")
    turned = read(file).with_channel({"workflow": {"b": "paid", "a": "accepted"}}, "lab")
    assert list(turned.channels[0]["workflow"]) == ["b", "a"]


@pytest.mark.parametrize("workflow", [None, {}])
def test_a_mapping_can_go(connected: Path, workflow: dict[str, str] | None) -> None:
    draft = read(connected).with_channel({"workflow": workflow}, "lab")
    assert not draft.channels[1].get("workflow")
    assert "# where it all is" in draft.text


def test_a_channel_gets_a_mapping_that_it_had_not(connected: Path) -> None:
    draft = (
        read(connected)
        .without_channel("lab")
        .with_channel({"kind": "impilo", "workflow": {"sent": "executed"}}, "fankahui")
    )
    assert draft.channels[0]["workflow"] == {"sent": "executed"}
    assert lines_gone(CHANNELS, draft.text)[0] == 'kind = "fankahui"'


def test_a_removed_channel_takes_its_tables_and_comments_along(connected: Path) -> None:
    config = save(read(connected).without_channel("lab"))
    text = connected.read_text(encoding="utf-8")
    assert [part.name for part in config.channel] == ["fankahui"]
    assert [word for word in ("the lab", "their nodes", "ewb-4") if word in text] == []
    assert "# where it all is\n[store]" in text
    assert save(read(connected).without_channel("fankahui")).channel == ()


def test_nobody_hears_of_the_sales_of_a_channel_that_is_removed(connected: Path) -> None:
    save(read(connected).with_channel({**CREMA, "tell_about": ["fankahui", "lab"]}))
    save(read(connected).with_channel({**CREMA, "name": "second", "tell_about": ["lab", "counter"]}))
    draft = read(connected)
    assert draft.hearers("fankahui") == {"crema": False}
    assert draft.hearers("lab") == {"crema": False, "second": False}
    config = save(draft.without_channel("lab"))
    told = {part.name: part.settings["tell_about"] for part in config.channel if part.kind == "crema"}
    assert told == {"crema": ["fankahui"], "second": ["counter"]}
    assert read(connected).hearers("fankahui") == {"crema": True}
    config = save(read(connected).without_channel("fankahui"))
    assert "tell_about" not in config.channel[0].settings


def test_what_is_no_channel_is_no_change(connected: Path) -> None:
    assert read(connected).without_channel("nobody").text == CHANNELS


def test_printers_and_channels_are_changed_in_one_draft(connected: Path) -> None:
    draft = read(connected).with_printer(FRONT).with_channel(CREMA).without_printer("cold")
    config = save(draft)
    assert [part.name for part in config.printer] == ["kitchen", "front"]
    assert [part.name for part in config.channel] == ["fankahui", "lab", "crema"]


def test_a_wrong_key_of_a_kind_is_never_written(connected: Path) -> None:
    with pytest.raises(EditTrouble, match="refused") as trouble:
        save(read(connected).with_channel({**CREMA, "token_in": "cookie"}))
    assert "token_in" in trouble.value.facts["detail"]
    assert connected.read_text(encoding="utf-8") == CHANNELS


GUARD = "Guard & co. 2.0"
PRODUCTS = f"""
[channel.workflows."{GUARD}"]
two = "accepted"  # by hand

# of the next
[[channel]]
name = "next"
kind = "imweb"
base_url = "https://api.imweb.me"
"""


@pytest.mark.parametrize(
    ("workflows", "kept"),
    [
        ({GUARD: {"one": "placed", "two": "accepted"}}, f'[channel.workflows."{GUARD}"]\none = "placed"'),
        (
            {GUARD: {"two": "accepted"}, "B": {"x": "paid"}},
            'two = "accepted"  # by hand\n\n[channel.workflows.B]',
        ),
        ({"B": {"x": "paid"}}, '[channel.workflows.B]\nx = "paid"\n\n# of the next\n[[channel]]'),
        (None, "# of the next\n[[channel]]"),
    ],
)
def test_a_map_of_each_product_is_a_table_of_its_own_and_remarks_stay_where_they_are(
    connected: Path, workflows: Any, kept: str
) -> None:
    text = CHANNELS.replace("\n# where it all is", f"{PRODUCTS}\n# where it all is")
    connected.write_text(text, encoding="utf-8")
    draft = read(connected).with_channel({"workflows": workflows}, "lab")
    assert draft.channels[1].get("workflows") == workflows
    assert kept in draft.text
    assert draft.text.count("# of the next\n[[channel]]") == 1
    assert [part.name for part in save(draft).channel][-1] == "next"
