# SPDX-License-Identifier: Apache-2.0
"""A drop in another network namespace of this machine (a container's switch, say) is before this host, and named so."""
import re

from live_support import PORT, Numbers, check, check_equal, happened, main
from wirecause_lab.kernel import nft_packets

# The low 16 bits of MoldUDP64's number, 16 bytes into the payload.
RULES = f"""
table netdev wc_filter {{
  chain ingress {{
    type filter hook ingress device port0 priority 0; policy accept;
    udp dport {PORT} @th,192,16 2001-2040 counter drop comment "wc-drop"
  }}
}}
"""


def dropped_in_the_switch(lab):
    """Forty numbers of line A end in the namespace of the switch: before this host, with the namespace and interface."""
    lab.switched()
    lab.second_line()
    lab.switch.nft(RULES)
    a, b = lab.consumer("A"), lab.consumer("B")
    watch = lab.watch("feed0", "feed1")
    publisher = lab.publisher("A", "B")
    publisher.send(packets=5000, rate=4000)
    for consumer in (a, b):
        consumer.wait_drained()
    truth = publisher.truth()
    missed = truth.sent("A") - a.read()
    happened(missed == Numbers([(2001, 2041)]), f"the switch should have dropped 2001-2040: {missed}")
    happened(nft_packets(lab.switch, "wc-drop") == 40, "the rule counted what it dropped")
    happened(len(truth.sent("B") - b.read()) == 0, "line B brought everything")
    report = watch.end()
    finding = report.check_named("net_line_loss", never=("kernel_firewall",))
    check_equal((finding["explained"], finding["place"]), (40, "BEFORE THIS HOST"), "explained, place")
    told = finding["because"] + " ".join(f"{e['name']} {e['text']}" for e in finding["evidence"])
    check("NETFILTER_DROP" in told and "port0" in told, f"reason and interface: {told}")
    check(lab.switch.name in told or re.search(r"namespace \d+", told), f"the namespace: {told}")
    check_equal(report.check_consumer(a, truth, "A")["lost_before"], 40, "lost before the consumer of A")


main(dropped_in_the_switch, tools=("nft",))
