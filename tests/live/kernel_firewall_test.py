# SPDX-License-Identifier: Apache-2.0
"""A rule of netfilter that drops a part of the feed. It matches the number itself, so that we know which."""
from live_support import PORT, Numbers, check_equal, happened, main
from wirecause_lab.kernel import nft_packets

# The low 16 bits of MoldUDP64's number: 8 bytes of UDP header, then 16 bytes into the payload.
RULES = f"""
table inet wc_filter {{
  chain input {{
    type filter hook input priority 0; policy accept;
    udp dport {PORT} @th,192,16 2001-2100 counter drop comment "wc-drop"
  }}
}}
"""


def a_hundred_numbers(lab):
    """An input rule drops the numbers 2001 to 2100: kernel_firewall, and not conntrack or a socket filter."""
    lab.pair()
    lab.host.nft(RULES)
    consumer = lab.consumer()
    watch = lab.watch()
    publisher = lab.publisher()
    publisher.send(packets=5000, rate=5000)
    consumer.wait_drained()
    missed = publisher.truth().sent() - consumer.read()
    happened(missed == Numbers([(2001, 2101)]), f"the rule should have dropped 2001-2100: {missed}")
    happened(nft_packets(lab.host, "wc-drop") == 100, "the rule counted what it dropped")
    report = watch.end()
    finding = report.check_named("kernel_firewall", never=("kernel_conntrack_full", "socket_filter", "net_line_loss"))
    check_equal((finding["explained"], finding["confidence"]), (100, "by number"), "units explained")
    row = report.check_consumer(consumer, publisher.truth())
    check_equal(row.units_dropped("NETFILTER_DROP"), 100, "units dropped")


main(a_hundred_numbers, tools=("nft",))
