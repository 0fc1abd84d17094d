// SPDX-License-Identifier: Apache-2.0
#include "engine/live/reader_governor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wirecause {

void ReaderGovernor::attach_or_detach(ReaderProbe& readers, const ConsumerBook& consumers, bool drops_moved) {
  is_kept_ = is_kept_ || drops_moved;
  if (is_kept_) {
    if (readers.is_attached()) return;
    if (const auto attached = readers.attach(); !attached) refused_ = attached.error().message();
    return;
  }
  if (!readers.is_attached()) return;
  std::uint64_t reads = 0;
  for (const WatchedSocket& socket : consumers.sockets()) reads += socket.reads ? socket.reads->datagrams : 0;
  const std::uint64_t in_a_second = reads - std::min(reads, counted_);
  counted_ = reads;
  if (in_a_second <= kMostReads) return;
  most_ = in_a_second;
  has_missed_ = true;
  readers.detach();
}

std::string ReaderGovernor::reason() const {
  if (!refused_.empty()) return refused_;
  if (!has_missed_) return {};
  return fmt::format(
      "{} reads a second: counting them would cost more than a fiftieth of a core, so the programs are "
      "attached from the first drop on",
      most_);
}

}  // namespace wirecause
