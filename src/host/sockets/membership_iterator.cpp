// Memberships per socket, through the BPF iterator of bpf/memberships.bpf.c.
//
// The program is loaded and linked at the start; each reading makes an iterator from the link, which lists the network
// namespace of the caller. Since 5.19 that takes no capability (__sys_bpf() asks only where something is loaded or made);
// before, it does where kernel.unprivileged_bpf_disabled is set: then read() says so, and nothing is claimed.
// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/descriptor.hpp"
#include "bpf/memberships.h"
#include "host/kernel/bpf_refusal.hpp"
#include "host/kernel/kernel_types.hpp"
#include "host/sockets/membership_records.hpp"
#include "host/sockets/memberships.hpp"
#include "memberships.skel.h"

namespace wirecause {
namespace {

constexpr std::size_t kMaxMemberships = 1U << 20U;

struct DestroySkeleton {
  void operator()(memberships_bpf* skeleton) const { memberships_bpf__destroy(skeleton); }
};
using Skeleton = std::unique_ptr<memberships_bpf, DestroySkeleton>;

// Everything that the iterator writes; its records may be cut between two readings.
Result<SocketMulticast> read_all(int descriptor) {
  SocketMulticast all;
  std::array<std::byte, 32'768> buffer{};
  std::size_t kept = 0;
  while (all.memberships.size() + all.without_multicast_all.size() < kMaxMemberships) {
    const ssize_t length = ::read(descriptor, buffer.data() + kept, buffer.size() - kept);
    if (length == 0) return all;
    if (length < 0 && (errno == EINTR || errno == EAGAIN))
      continue;  // EAGAIN: a million sockets were passed in silence
    if (length < 0) return bpf_refusal("read the memberships of sockets", errno);
    const std::size_t filled = kept + static_cast<std::size_t>(length);
    const std::size_t taken = take_membership_records(std::span(buffer).first(filled), all);
    kept = filled - taken;
    std::memmove(buffer.data(), buffer.data() + taken, kept);
  }
  return fail(Errc::unsupported, "read the memberships of sockets: more than a million");
}

class BpfMembershipIterator final : public MembershipIterator {
 public:
  explicit BpfMembershipIterator(Skeleton skeleton) : skeleton_(std::move(skeleton)) {}

  Result<SocketMulticast> read() override {
    const Descriptor iterator(bpf_iter_create(bpf_link__fd(skeleton_->links.wc_list_memberships)));
    if (!iterator.is_open()) return bpf_refusal("list the memberships of sockets", errno);
    return read_all(iterator.get());
  }

 private:
  Skeleton skeleton_;
};

}  // namespace

Result<std::unique_ptr<MembershipIterator>> open_membership_iterator() {
  libbpf_set_print(nullptr);  // what fails is in the Error
  WC_TRY_ASSIGN(const KernelTypes types, KernelTypes::load());
  Skeleton skeleton(memberships_bpf__open());
  if (!skeleton) return bpf_refusal("open the membership iterator", errno);
  skeleton->rodata->membership_all_bit = types.enumerator("INET_FLAGS_MC_ALL").value_or(WC_NO_SUCH_BIT);
  skeleton->rodata->membership_all_bit_v6 = types.enumerator("INET_FLAGS_MC6_ALL").value_or(WC_NO_SUCH_BIT);
  if (const int error = memberships_bpf__load(skeleton.get()))
    return bpf_refusal("load the membership iterator", -error);
  if (const int error = memberships_bpf__attach(skeleton.get())) {
    return bpf_refusal("attach the membership iterator", -error);
  }
  return std::make_unique<BpfMembershipIterator>(std::move(skeleton));
}

Availability membership_iterator_availability() {
  const auto iterator = open_membership_iterator();
  if (iterator) return available();
  return bpf_unavailable(iterator.error());
}

}  // namespace wirecause
