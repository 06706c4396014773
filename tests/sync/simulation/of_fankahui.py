"""fankahui with its guests: they order, cancel, come and pay; some changes are dated late or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from sync.channels.fankahui.parse import parse
from sync.messages import Letter, RemoteOrder, Told, Verb
from tests.sync.simulation.played import Played, Story, line, order_here

_VERBS: Mapping[str, Verb] = {
    "accepted": "accept",
    "executed": "execute",
    "rejected": "reject",
    "canceled": "cancel",
}
_ALIVE = ("placed", "accepted", "executed")


class PlayedFankahui(Played):
    """See `Played`."""

    kind = "fankahui"
    settings: ClassVar[Mapping[str, Any]] = {"page_size": 3}

    def acts(self) -> Iterator[tuple[Callable[[], object], int]]:
        """Guests order, and others change what is there."""
        alive = [i for i, order in self.there.orders.items() if order.get("status") in _ALIVE]
        yield self._order, 6 if len(self.there.orders) < 6 else 0
        yield self._comes_and_goes, 2
        if alive:
            yield lambda: self._changes(self.pick(alive), "cancel"), 1
            yield lambda: self._changes(self.pick(alive), "check_in"), 1
            yield lambda: self._pays(self.pick(alive)), 1
        if alive and self.world.shifty:
            yield lambda: self._vanishes(self.pick(alive)), 1

    def _order(self) -> None:
        self.there.place({})

    def _comes_and_goes(self) -> None:
        """An order is placed and canceled at once; where the service is shifty it comes to light late."""
        order = self.there.place({"status": "canceled"})
        self.touched.add(order["id"])
        if self.world.shifty:
            order["updateAt"] -= self.world.random.uniform(0, 150)

    def _changes(self, order_id: str, move: str) -> None:
        order = self.there.orders[order_id]
        before = order["updateAt"]
        self.touched.add(order_id)
        if order["status"] == "executed" and move == "check_in":
            return
        changed = getattr(self.there, move)(order_id)
        if self.world.shifty and self.world.random.random() < 0.5:
            changed["updateAt"] = before

    def _pays(self, order_id: str) -> None:
        """A guest pays online what nobody at the counter has laid a hand on."""
        if order_id not in self.hands_on() and "deal" not in self.there.orders[order_id]:
            self.touched.add(order_id)
            self.there.pay(order_id)

    def _vanishes(self, order_id: str) -> None:
        self.touched.add(order_id)
        self.vanished.add(order_id)
        del self.there.orders[order_id]

    def shown(self) -> dict[str, RemoteOrder]:
        """Return the orders there."""
        found = map(parse, self.there.orders.values())
        return {order.remote_id: order for order in found if isinstance(order, RemoteOrder)}

    def verb_of(self, method: str, path: str, body: bytes) -> tuple[str, Verb] | None:
        """Return what a PUT changes."""
        if method != "PUT":
            return None
        order_id, said = path.rpartition("/")[2], json.loads(body)
        if (said.get("payment") or {}).get("status") == "paid":
            return order_id, "pay"
        verb = _VERBS.get(said.get("status", ""))
        return order_id, verb or ("amend" if "items" in said else "note")

    def stories(self, order: RemoteOrder) -> list[Story]:
        """Accept, cook and settle; or not."""
        number = len(self.there.orders)
        amended = [line(number, quantity=3)]
        paid: Story = (("pay", {"method": "cash"}),) if order.payment != "paid" else ()
        return [
            (("accept", {"minutes": 20}), ("note", {"message": f"门口等{number}"}), ("execute", {}), *paid),
            (("accept", {}), ("amend", {"items": amended}), ("execute", {}), *paid),
            (("reject", {"reason": f"卖完了{number}"}),),
            (("accept", {}), ("cancel", {"reason": "停电"})),
        ]

    def own_stories(self) -> list[Story]:
        """An order made at the counter is registered, and settled."""
        made = order_here(self.world, line(self.world.random.getrandbits(40)))
        register: Story = (("register", {"order": made}),)
        return [(*register, ("execute", {}), ("pay", {"method": "cash"})), register]

    def knows(self, letter: Letter, answer: Told) -> bool:
        """Look at the order there."""
        if letter.verb == "register":
            made = answer.order.remote_id if answer.order else ""
            return made in self.vanished or self._registered(letter) == [made]
        order = self.there.orders.get(letter.remote_id)
        if order is None or letter.remote_id in self.touched:
            return True
        if letter.verb == "note":
            return any(note["message"] == letter.body["message"] for note in order["memo"])
        if letter.verb == "amend":
            return [i["quantity"] for i in order["items"]] == [i["quantity"] for i in letter.body["items"]]
        wanted = {verb: status for status, verb in _VERBS.items()} | {"pay": "paid"}
        return bool(order["status"] == wanted[letter.verb])

    def _registered(self, letter: Letter) -> list[str]:
        """Return the orders there that this letter made."""
        ours = {each["id"] for each in letter.body["order"]["items"]}
        rows = self.there.orders.items()
        return [i for i, order in rows if ours <= {item.get("id") for item in order.get("items", ())}]

    def wrongs(self, letters: Mapping[str, list[Letter]]) -> Iterator[str]:
        """Nothing is registered, paid or said twice."""
        for letter in letters.get("register", ()):
            if len(self._registered(letter)) > 1:
                yield "registered twice"
        deals = Counter(deal["orderID"] for deal in self.there.deals)
        yield from (f"{n} deals of one order" for n in deals.values() if n > 1)
        for order in self.there.orders.values():
            said = Counter(note["message"] for note in order.get("memo", ()) if note["message"])
            yield from (f"said {n} times" for n in said.values() if n > 1)
