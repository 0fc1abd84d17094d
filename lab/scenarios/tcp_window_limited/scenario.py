# SPDX-License-Identifier: Apache-2.0
"""The receiver's window is smaller than what the path holds: one window a round trip, however fast everything is."""
from wirecause_lab import FAULT, LOOK_ALIKE, TWIN, case, happened
from wirecause_lab.conversation import Conversation, done

TOOLS = ("tcpdump",)
MEASURED_US = 200_000  # of TCP_INFO's rwnd_limited


def transfer(lab, size, delay_us, sysctls=None, **server):
    talk = Conversation(lab, delay_us=delay_us, server=server, sysctls=sysctls)
    done(talk.connected().bulk(bytes=size))
    info = talk.client.info()
    talk.close()
    return talk, info["rwnd_limited_us"]


@case(FAULT, "tcp_window_limited", tools=TOOLS, evidence="capture")
def a_small_buffer(lab):
    """The server asks for a receive buffer of a few KiB."""
    talk, limited = transfer(lab, lab.dice.between(300_000, 500_000), lab.dice.between(5_000, 9_000), rcvbuf=lab.dice.between(10_000, 16_000))
    happened(limited > MEASURED_US, f"the sender's kernel says that the window held it up: {limited} us")
    return talk.answer()


@case(FAULT, "tcp_window_limited", tools=TOOLS, evidence="capture")
def no_scaling(lab):
    """Windows are not scaled: 64 KiB on a path of tens of milliseconds."""
    talk, limited = transfer(lab, lab.dice.between(1_500_000, 2_500_000), lab.dice.between(12_000, 20_000),
                             sysctls={"net.ipv4.tcp_window_scaling": 0})
    happened(limited > MEASURED_US, f"the sender's kernel says that the window held it up: {limited} us")
    return talk.answer()


@case(TWIN, tools=TOOLS, evidence="capture")
def the_systems_buffer(lab):
    """The kernel chooses the buffer, and the path is short."""
    talk, limited = transfer(lab, lab.dice.between(300_000, 500_000), lab.dice.between(50, 300))
    happened(limited < MEASURED_US // 10, f"the window held up nothing: {limited} us")
    return talk.answer()


@case(LOOK_ALIKE, "tcp_receiver_limited", tools=TOOLS, evidence="capture")
def a_slow_reader(lab):
    """The window shrinks, because the server reads slowly."""
    talk, limited = transfer(lab, lab.dice.between(300_000, 400_000), lab.dice.between(50, 2000), rcvbuf=60_000, read_bytes=10_000,
                             every_us=lab.dice.between(20_000, 30_000))
    happened(limited > MEASURED_US and talk.growth("server", "TcpExtTCPWantZeroWindowAdv") > 0, f"the window closed: {limited} us")
    return talk.answer()
