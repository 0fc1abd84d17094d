// SPDX-License-Identifier: Apache-2.0
#include "engine/publish.hpp"

#include <array>

namespace wirecause {
namespace {

constexpr std::array<Published, 67> kPublishes{{
    {"capture.dropped", Shape::sample, Unit::packets,
     "packets that the capture states it lost; absent where it does not say"},
    {"capture.cut", Shape::event, Unit::none, "the file ends inside a record"},
    {"input.file", Shape::state, Unit::none, "name of the file"},
    {"point.name", Shape::state, Unit::none, "name of the observation point"},
    {"point.interface", Shape::state, Unit::none, "interface that was captured"},
    {"point.input", Shape::state, Unit::none, "number of the point's first input"},
    {"tcp.connections", Shape::summary, Unit::none, "TCP connections of 16 packets or more"},
    {"tcp.one_way_connections", Shape::summary, Unit::none, "of these, seen in one direction only, with acknowledgements of data that was never seen"},
    {"tcp.captured_bytes", Shape::summary, Unit::bytes, "payload of TCP connections that were seen both ways"},
    {"tcp.uncaptured_bytes", Shape::summary, Unit::bytes, "bytes of such connections that the receiver acknowledged and the capture never saw"},
    {"tcp.acks_of_unseen", Shape::summary, Unit::packets, "acknowledgements of such bytes"},
    {"tcp.attempts", Shape::summary, Unit::none, "TCP connections to one server that began with a SYN in this capture"},
    {"tcp.opened", Shape::summary, Unit::none, "of these, with a whole handshake"},
    {"tcp.clients", Shape::summary, Unit::none, "addresses that connected to the server, at most 1000"},
    {"tcp.both_syns", Shape::summary, Unit::none, "connections of which the SYN and the SYN-ACK were seen"},
    {"tcp.syn_acks_again", Shape::summary, Unit::packets, "SYN-ACKs that the server sent again"},
    {"tcp.half_seen", Shape::summary, Unit::none, "connections to the server of which one direction is not in the capture"},
    {"tcp.refused", Shape::summary, Unit::none, "attempts answered by a reset, of clients that never got through to the server; the first few by name"},
    {"tcp.unanswered", Shape::summary, Unit::none, "attempts whose SYN was sent again and never answered, likewise"},
    {"tcp.single_syns", Shape::summary, Unit::none, "attempts of one SYN that nothing followed"},
    {"tcp.half_open", Shape::summary, Unit::none, "attempts whose SYN-ACK was never acknowledged"},
    {"tcp.ignored", Shape::summary, Unit::none, "connections whose server sent its SYN-ACK again although the client's acknowledgement had come past, and whose data had to be sent again"},
    {"tcp.without_sack", Shape::summary, Unit::none, "connections of more than 64 KiB that do without selective acknowledgements"},
    {"tcp.without_scaling", Shape::summary, Unit::none, "connections of more than 64 KiB that do without window scaling"},
    {"tcp.stripped", Shape::summary, Unit::none, "connections seen at two points of which only one shows an option of the handshake"},
    {"tcp.life", Shape::summary, Unit::nanoseconds, "from the first to the last packet of the connection"},
    {"tcp.active", Shape::summary, Unit::nanoseconds, "of its life, what the sender of this direction was neither idle nor closing"},
    {"tcp.round_trip", Shape::summary, Unit::nanoseconds, "the least round trip of the path; absent where it was not measured"},
    {"tcp.think_time", Shape::summary, Unit::nanoseconds, "from the last byte of a request to the first of its answer, added; its window ends with the longest"},
    {"tcp.wait_receiver_window", Shape::summary, Unit::nanoseconds, "the direction waited for the receiver's shrunken window; its window is the longest such wait, as of all tcp.wait_*"},
    {"tcp.wait_receiver_buffer", Shape::summary, Unit::nanoseconds, "... for a receiver's window that stood full and constant"},
    {"tcp.wait_write_pattern", Shape::summary, Unit::nanoseconds, "... with a small write for the acknowledgement that the peer delayed"},
    {"tcp.wait_recovery_fast", Shape::summary, Unit::nanoseconds, "... for bytes that acknowledgements said were missing"},
    {"tcp.wait_recovery_probe", Shape::summary, Unit::nanoseconds, "... until a probe of the tail"},
    {"tcp.wait_recovery_timeout", Shape::summary, Unit::nanoseconds, "... until the retransmission timer ran out"},
    {"tcp.wait_queueing", Shape::summary, Unit::nanoseconds, "... for acknowledgements that came later than the least round trip behind a full flight"},
    {"tcp.wait_sender_idle", Shape::summary, Unit::nanoseconds, "nothing was under way and the application sent nothing"},
    {"tcp.data_packets", Shape::summary, Unit::packets, "packets with payload of the direction"},
    {"tcp.resent_fast", Shape::summary, Unit::packets, "sent again on duplicate or selective acknowledgements"},
    {"tcp.resent_probe", Shape::summary, Unit::packets, "sent again as probe of the tail"},
    {"tcp.resent_timeout", Shape::summary, Unit::packets, "sent again when the timer ran out, and what followed until that flight was acknowledged"},
    {"tcp.resent_spurious", Shape::summary, Unit::packets, "sent again although it had arrived"},
    {"tcp.reordered", Shape::summary, Unit::packets, "came late and were sent once"},
    {"tcp.lost_before", Shape::summary, Unit::packets, "sent again whose first copy never came past the capture"},
    {"tcp.lost_behind", Shape::summary, Unit::packets, "sent again whose first copy did"},
    {"tcp.zero_windows", Shape::summary, Unit::packets, "of the receiver, that close its window"},
    {"tcp.window_probes", Shape::summary, Unit::packets, "of a closed window"},
    {"tcp.backoff", Shape::summary, Unit::none, "timeouts in a row"},
    {"tcp.largest_window", Shape::summary, Unit::bytes, "that the receiver announced"},
    {"tcp.smallest_window", Shape::summary, Unit::bytes, "that the receiver announced behind the handshake"},
    {"tcp.bytes", Shape::summary, Unit::bytes, "payload of the direction"},
    {"tcp.largest_segment", Shape::summary, Unit::bytes, "largest payload of one packet"},
    {"tcp.window_scaling", Shape::summary, Unit::none, "1: both ends offered window scaling; absent where the handshake was not seen"},
    {"tcp.receiver_scales", Shape::summary, Unit::none, "1: the receiver of this direction offered it"},
    {"tcp.tries", Shape::summary, Unit::packets, "sent by timers since the other end's last packet, and never answered; its window is that time"},
    {"tcp.reset_unacknowledged", Shape::summary, Unit::bytes, "sent to the end in whose name the connection was reset, and not acknowledged until then"},
    {"tcp.reset_ttl", Shape::summary, Unit::none, "hop count on the first reset"},
    {"tcp.ttl_least", Shape::summary, Unit::none, "least hop count on the packets of that end before"},
    {"tcp.ttl_most", Shape::summary, Unit::none, "largest hop count on them"},
    {"tcp.ttl_packets", Shape::summary, Unit::packets, "how many there were"},
    {"tcp.reset_bare", Shape::summary, Unit::none, "1: the reset has no acknowledgement, as the answer of a host that knows no such connection"},
    {"tcp.reset_fin_by_resetter", Shape::summary, Unit::none, "1: that end had closed its direction"},
    {"tcp.reset_fin_by_other", Shape::summary, Unit::none, "1: the other end had"},
    {"tcp.reset_answers", Shape::summary, Unit::none, "1: the last packet before the reset came from the other end"},
    {"tcp.reset_silence", Shape::summary, Unit::nanoseconds, "since the last packet of that end"},
    {"tcp.reset_tries", Shape::summary, Unit::packets, "sent by the other end's timers since then"},
    {"tcp.reset_went_on", Shape::summary, Unit::packets, "of that end, with something new, later than a round trip behind the reset"},
}};

}  // namespace

std::span<const Published> engine_publishes() { return kPublishes; }

}  // namespace wirecause
