// SPDX-License-Identifier: Apache-2.0
#include "tap/source_checksums.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace wirecause {

SourceChecksums::Host* SourceChecksums::host(const IpAddress& source) noexcept {
  if (slots_.empty()) slots_.resize(kSlots);
  const std::byte* bytes = source.bytes().data();
  std::uint64_t hash = (detail::load<std::uint64_t>(bytes) ^ detail::load<std::uint64_t>(bytes + 8));
  hash *= 0x9e3779b97f4a7c15U;
  std::size_t at = hash >> 55U;  // the upper 9 bits: kSlots
  while (slots_[at].checked != 0 && slots_[at].address != source) at = (at + 1) & (kSlots - 1);
  if (slots_[at].checked == 0) {
    if (hosts_ == kMaxHosts) return nullptr;
    ++hosts_;
    slots_[at].address = source;
  }
  return &slots_[at];
}

template <class Predicate>
std::vector<SourceChecksums::Host> SourceChecksums::selected(Predicate predicate) const {
  std::vector<Host> hosts;
  for (const Host& host : slots_) {
    if (host.checked != 0 && predicate(host)) hosts.push_back(host);
  }
  std::ranges::sort(hosts, {}, &Host::address);
  return hosts;
}

std::vector<SourceChecksums::Host> SourceChecksums::all_bad() const {
  constexpr std::uint64_t kEnough = 16;
  return selected([](const Host& host) { return host.checked >= kEnough && host.bad * 10 >= host.checked * 9; });
}

std::vector<SourceChecksums::Host> SourceChecksums::some_bad() const {
  return selected([](const Host& host) { return host.bad != 0 && (host.checked - host.bad) * 10 > host.checked * 9; });
}

}  // namespace wirecause
