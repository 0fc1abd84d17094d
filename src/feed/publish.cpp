// SPDX-License-Identifier: Apache-2.0
#include "feed/publish.hpp"

#include <array>

namespace wirecause {
namespace {

constexpr std::array<Published, 29> kPublishes{{
    {"feed.name", Shape::state, Unit::none, "name of the feed"},
    {"feed.line_count", Shape::summary, Unit::none, "lines of the feed"},
    {"feed.expected", Shape::summary, Unit::units, "units that the feed's lines or heartbeats have shown"},
    {"feed.lost", Shape::summary, Unit::units, "units that nobody brought"},
    {"feed.recovered", Shape::summary, Unit::units,
     "units that a line did not bring and another, or a retransmission, did"},
    {"feed.units_seen", Shape::summary, Unit::units,
     "units that data packets of all lines carried, those that came again too"},
    {"feed.data_packets", Shape::summary, Unit::packets, "packets of all lines but heartbeats and unnumbered ones"},
    {"feed.reorder_depth", Shape::summary, Unit::packets,
     "most younger packets of its line that came before a late one"},
    {"feed.truncated_datagrams", Shape::summary, Unit::packets, "datagrams that the capture cut inside the framing"},
    {"feed.silence", Shape::summary, Unit::nanoseconds, "length of a silence of all lines"},
    {"feed.silence_send_gap", Shape::summary, Unit::nanoseconds,
     "send time after the silence minus send time before it"},
    {"feed.silence_other_streams", Shape::summary, Unit::none, "lines of other feeds that went on during the silence"},
    {"feed.silence_continued", Shape::summary, Unit::none, "1: numbers went on where they stopped, 0: they jumped"},
    {"feed.heartbeats_missed", Shape::summary, Unit::none, "nominal heartbeat intervals inside the silence"},
    {"feed.restart", Shape::event, Unit::none, "numbers began anew: 0 new session, 1 the publisher's mark, 2 silently"},
    {"feed.restart_idle", Shape::summary, Unit::nanoseconds, "silence before the restart"},
    {"feed.restart_lines", Shape::summary, Unit::none, "lines that restarted"},
    {"line.name", Shape::state, Unit::none, "letter of the line within its feed"},
    {"line.group", Shape::state, Unit::none, "destination address"},
    {"line.port", Shape::state, Unit::none, "destination port"},
    {"line.source", Shape::state, Unit::none, "address of the publisher"},
    {"line.point", Shape::state, Unit::none, "number of the point at which the line was seen"},
    {"line.expected", Shape::summary, Unit::units, "units that the line was to bring"},
    {"line.lost", Shape::summary, Unit::units, "units that the line did not bring"},
    {"line.late", Shape::summary, Unit::units, "units that the line brought after younger ones"},
    {"line.duplicates", Shape::summary, Unit::units, "units that the line brought again"},
    {"line.outage", Shape::interval, Unit::units, "units missed while the line was silent and its sister was not"},
    {"line.source_changes", Shape::summary, Unit::none, "times that a new source went on where the old one stopped"},
    {"line.seen_at", Shape::state, Unit::none, "the same line at another point"},
}};

}  // namespace

std::span<const Published> feed_publishes() { return kPublishes; }

}  // namespace wirecause
