// What TapQuality publishes: the table of names, and the records of a point.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "tap/point.hpp"
#include "tap/quality.hpp"
#include "tap/wording.hpp"

namespace wirecause {
namespace {

constexpr Published kPublished[] = {
    {"capture.packets", Shape::summary, Unit::packets, "Packets of the observation point."},
    {"capture.truncated", Shape::summary, Unit::packets, "Packets captured shorter than they were on the wire."},
    {"capture.truncated_headers", Shape::summary, Unit::packets,
     "Packets cut so short that a link, network or transport header is missing, or what stands first behind UDP's."},
    {"capture.backward_stamps", Shape::summary, Unit::packets,
     "Packets stamped earlier than the packet before them at the same point."},
    {"capture.backward_largest", Shape::summary, Unit::nanoseconds, "The largest step back of the stamps."},
    {"capture.repeated", Shape::summary, Unit::packets,
     "Packets seen again within 10 ms at the same point with the same link header, TTL, IP id and bytes."},
    {"capture.repeated_share", Shape::summary, Unit::per_million,
     "Share of the IP packets that came again; of the direction where it is highest, where directions are known."},
    {"capture.repeated_delay", Shape::summary, Unit::nanoseconds, "Median time from a packet to its repetition."},
    {"capture.repeated_delay_spread", Shape::summary, Unit::nanoseconds,
     "95th minus 5th percentile of the time from a packet to its repetition."},
    {"capture.second_sight", Shape::summary, Unit::packets,
     "IP packets seen again within 10 ms with another TTL, MAC address, VLAN, direction or at another point."},
    {"capture.second_sight_share", Shape::summary, Unit::per_million,
     "Share of the point's IP packets that were also seen with another TTL, MAC address, VLAN, direction or point."},
    {"capture.second_sight_elsewhere", Shape::summary, Unit::packets,
     "... of these second sights, those of packets that were first seen at another point (interface or file)."},
    {"capture.second_sight_delay", Shape::summary, Unit::nanoseconds,
     "Median time from the first to the second sight."},
    {"capture.second_sight_delay_spread", Shape::summary, Unit::nanoseconds,
     "95th minus 5th percentile of the time from the first to the second sight."},
    {"capture.checksum_checked", Shape::summary, Unit::packets,
     "UDP and TCP checksums that could be verified: all bytes captured, no fragment."},
    {"capture.checksum_bad", Shape::summary, Unit::packets, "UDP and TCP checksums that are wrong."},
    {"capture.checksum_hosts_all_bad", Shape::summary, Unit::none,
     "Source hosts of which at least 90 % of 16 or more verified checksums are wrong."},
    {"capture.checksum_hosts_some_bad", Shape::summary, Unit::none,
     "Source hosts with wrong checksums of which more than 90 % are right."},
    {"capture.oversize_frames", Shape::summary, Unit::packets,
     "IP packets in frames larger than an ordinary Ethernet carries (1522 bytes with two tags, without FCS)."},
    {"capture.ip_checksum_bad", Shape::summary, Unit::packets, "IPv4 headers whose checksum is wrong."},
};

// The entry of the table; a name that is not in it does not compile.
consteval const Published& published(std::string_view name) {
  for (const Published& entry : kPublished) {
    if (entry.name == name) return entry;
  }
  throw "not in kPublished";
}

// Publishes about one point.
class Publisher {
 public:
  Publisher(Timeline& timeline, std::uint32_t point, const PointQuality& quality)
      : timeline_(&timeline), point_(point), quality_(&quality) {}

  void publish_all() {
    publish_packets();
    publish_stamps();
    publish_repeated();
    publish_second_sight();
    publish_checksums();
  }

 private:
  // A number over the whole point.
  Record whole(const Published& entry, std::int64_t value) const {
    Record record;
    record.shape = entry.shape;
    record.name = entry.name;
    record.subject = {SubjectKind::point, point_};
    record.from = quality_->first;
    record.to = quality_->last;
    record.value = value;
    record.unit = entry.unit;
    record.source = "packets";
    return record;
  }
  // A count of packets, with the frames that show it. `filter` finds them all; empty: a list of the first ones.
  Record counted(const Published& entry, const Tally& tally, std::string_view filter = {}) const {
    Record record = whole(entry, static_cast<std::int64_t>(tally.count()));
    if (tally.count() == 0) return record;
    record.from = tally.first();
    record.to = tally.last();
    record.frames.input = tally.input();
    record.frames.frames.assign(tally.frames().begin(), tally.frames().end());
    record.frames.filter = filter.empty() ? frame_filter(tally.frames()) : std::string(filter);
    return record;
  }
  void add(Record record) { timeline_->add(std::move(record)); }
  void add(Record record, std::string text) {
    record.text = std::move(text);
    add(std::move(record));
  }

  void publish_packets() {
    const PointQuality& q = *quality_;
    add(whole(published("capture.packets"), static_cast<std::int64_t>(q.packets)));
    add(counted(published("capture.truncated"), q.truncated, "frame.cap_len < frame.len"));
    add(counted(published("capture.truncated_headers"), q.truncated_headers));
    if (q.ip_packets != 0) {
      add(counted(published("capture.oversize_frames"), q.oversize, "ip && frame.len > 1522"));
    }
  }

  void publish_stamps() {
    const PointQuality& q = *quality_;
    if (q.stamped < 2) return;  // nothing to compare
    add(counted(published("capture.backward_stamps"), q.backward_stamps));
    if (q.backward_stamps.count() != 0) add(whole(published("capture.backward_largest"), q.backward_largest.ns));
  }

  void publish_repeated() {
    const PointQuality& q = *quality_;
    const RepeatedShare share = repeated_share(q.copies);
    if (share.originals == 0) return;  // no packet of which a copy could be known
    add(counted(published("capture.repeated"), q.repeated));
    add(whole(published("capture.repeated_share"), share.per_million), share.text);
    if (q.repeated_delay.empty()) return;
    add(whole(published("capture.repeated_delay"), q.repeated_delay.median().ns));
    add(whole(published("capture.repeated_delay_spread"), q.repeated_delay.spread().ns));
  }

  void publish_second_sight() {
    const PointQuality& q = *quality_;
    std::uint64_t originals = 0;
    std::uint64_t seen_again = 0;
    for (const CopyCounts& counts : q.copies) {
      originals += counts.originals();
      seen_again += counts.originals_seen_again;
    }
    if (originals == 0) return;
    add(counted(published("capture.second_sight"), q.second_sight), second_sight_text(q));
    add(whole(published("capture.second_sight_share"), per_million(seen_again, originals)));
    add(whole(published("capture.second_sight_elsewhere"), static_cast<std::int64_t>(q.elsewhere)));
    if (q.second_sight_delay.empty()) return;
    add(whole(published("capture.second_sight_delay"), q.second_sight_delay.median().ns));
    add(whole(published("capture.second_sight_delay_spread"), q.second_sight_delay.spread().ns));
  }

  void publish_checksums() {
    const PointQuality& q = *quality_;
    if (q.ip_checked != 0) add(counted(published("capture.ip_checksum_bad"), q.ip_bad));
    if (q.checked == 0) return;
    add(whole(published("capture.checksum_checked"), static_cast<std::int64_t>(q.checked)));
    add(counted(published("capture.checksum_bad"), q.bad));
    const auto all = q.sources.all_bad();
    const auto some = q.sources.some_bad();
    add(whole(published("capture.checksum_hosts_all_bad"), static_cast<std::int64_t>(all.size())), hosts_text(all));
    add(whole(published("capture.checksum_hosts_some_bad"), static_cast<std::int64_t>(some.size())), hosts_text(some));
  }

  Timeline* timeline_;
  std::uint32_t point_;
  const PointQuality* quality_;
};

}  // namespace

std::span<const Published> tap_publishes() { return kPublished; }

void TapQuality::publish(Timeline& timeline) {
  for (Path& path : paths_) settle(path);
  for (std::size_t point = 0; point < points_.size(); ++point) {
    if (points_[point]) Publisher(timeline, static_cast<std::uint32_t>(point), *points_[point]).publish_all();
  }
}

}  // namespace wirecause
