// The same tickets by receiptline: facts to bytes, laid out in as many lines, sizes and columns as ours,
// cut at the end of each. Prints the mean seconds a ticket of each round.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { transform } = createRequire(process.argv[2] + "/")("receiptline");
const rounds = JSON.parse(readFileSync(process.argv[3], "utf8"));
const printer = { cpl: 48, encoding: "gb18030", command: "escpos" };

const escaped = (text) => String(text).replace(/[\\|{}~_"`^]/g, "\\$&");
const ends = (left, right) => `${left} | ${right}`;

function markup(bill) {
  const order = bill.orders[0];
  return [
    `^^^"${escaped(bill.shop)}`,
    `${escaped(bill.shop_address)}  ${escaped(bill.shop_phone)}`,
    "-",
    "{w:*,6}",
    ends(`账单 ${escaped(bill.bill)} ${escaped(bill.number)}`, `"${escaped(order.table)}桌`),
    "{w:auto}",
    ends(escaped(order.number), escaped(bill.at)),
    "-",
    "{w:*,5,9}",
    ...order.lines.flatMap((line) => [
      `${escaped(line.name)} | ×${line.quantity} | ${escaped(line.amount)}`,
      ...(line.options.length ? [`~~${line.options.map(escaped).join(" · ")} | | `] : []),
    ]),
    "{w:auto}",
    "-",
    ends('^^"合计', `^^"${escaped(bill.total)}`),
    ...bill.payments.map((payment) => ends("微信", escaped(payment.amount))),
    "-",
    `${escaped(bill.cashier)} 收银  ${escaped(bill.footer)}`,
  ].join("\n");
}

// A round for each line that comes: the other side's turn lies between them, on the same machine at the same time.
for await (const line of createInterface({ input: process.stdin })) {
  const bills = rounds[Number(line)];
  const start = process.hrtime.bigint();
  for (const bill of bills) transform(markup(bill), printer);
  console.log(Number(process.hrtime.bigint() - start) / 1e9 / bills.length);
}
