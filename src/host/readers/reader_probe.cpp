// Loads, attaches and reads the programs of bpf/readers.bpf.c.
//
// What is followed and counted lies in memory that the programs and this process share, and the ring is read through its
// mapping: none of it takes a capability. attach() makes links to programs that are loaded already: since 5.19 the kernel
// asks no capability for that (__sys_bpf()); before, it does where kernel.unprivileged_bpf_disabled is set.
//
// Added to each read of this machine's 565 ns (bench/readers_bench, medians of 41 bursts): 70 ns where another socket is
// followed, 150 counted, 295 with numbers - a third of that is the copy from the reader's memory; 140 to 300 ns to each switch.
// Reads are seen from 6.3 on (sock:sock_recv_length); before, only the threads' time off the CPU is.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/reader_probe.hpp"

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "bpf/readers.h"
#include "host/kernel/bpf_refusal.hpp"
#include "host/readers/off_cpu.hpp"
#include "host/readers/reader_tables.hpp"
#include "host/readers/reader_tracepoints.hpp"
#include "readers.skel.h"

namespace wirecause {
namespace {

constexpr std::size_t kMaxDrained = 65'536;

struct DestroySkeleton {
  void operator()(readers_bpf* skeleton) const { readers_bpf__destroy(skeleton); }
};
struct FreeRing {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};
struct DestroyLink {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using Skeleton = std::unique_ptr<readers_bpf, DestroySkeleton>;
using Ring = std::unique_ptr<ring_buffer, FreeRing>;
using Link = std::unique_ptr<bpf_link, DestroyLink>;

ReaderMemory memory_of(readers_bpf::readers_bpf__bss& bss) {
  return {.sockets = bss.reader_sockets,
          .threads = bss.reader_threads,
          .fields = bss.reader_fields,
          .field_generation = &bss.reader_field_generation};
}

struct Drained {
  std::vector<OffCpu>* out;
  std::size_t left;
};

int take_record(void* context, void* data, std::size_t size) {
  auto& drained = *static_cast<Drained*>(context);
  if (auto interval = parse_off_cpu({static_cast<const std::byte*>(data), size})) {
    drained.out->push_back(std::move(*interval));
  }
  return --drained.left == 0 ? -ECANCELED : 0;
}

class BpfReaderProbe final : public ReaderProbe {
 public:
  BpfReaderProbe(Skeleton skeleton, Availability availability)
      : skeleton_(std::move(skeleton)),
        availability_(std::move(availability)),
        tables_(memory_of(*skeleton_->bss)),
        ring_(ring_buffer__new(bpf_map__fd(skeleton_->maps.reader_ring), &take_record, &drained_, nullptr)) {}

  bool has_ring() const { return ring_ != nullptr; }

  Result<void> follow_socket(std::uint64_t cookie) override { return tables_.follow_socket(cookie); }
  Result<void> follow_thread(std::uint32_t thread) override { return tables_.follow_thread(thread); }
  Result<void> follow_numbers(const NumberField& field) override { return tables_.follow_numbers(field); }
  std::optional<ReaderCounts> take_counts(std::uint64_t cookie) override { return tables_.take_counts(cookie); }

  bool drain(std::vector<OffCpu>& out) override {
    const std::size_t before = out.size();
    drained_ = {&out, kMaxDrained};
    ring_buffer__consume(ring_.get());
    return out.size() != before;
  }
  std::uint64_t lost_records() const override {
    return __atomic_load_n(&skeleton_->bss->reader_lost, __ATOMIC_RELAXED);
  }

  Result<void> attach() override {
    if (is_attached()) return {};
    tables_.begin_period();
    for (std::size_t i = 0; i < links_.size(); ++i) {
      bpf_program* program = program_at(i);
      if (!bpf_program__autoload(program)) continue;
      links_[i].reset(bpf_program__attach(program));
      if (links_[i]) continue;
      const int error = errno;
      detach();
      return bpf_refusal("attach the reader programs", error);
    }
    return {};
  }
  void detach() override {
    for (Link& link : links_) link.reset();
  }
  bool is_attached() const override {
    return std::ranges::any_of(links_, [](const Link& link) { return link != nullptr; });
  }
  const Availability& availability() const override { return availability_; }

 private:
  bpf_program* program_at(std::size_t i) const {
    const std::array programs{skeleton_->progs.wc_on_receive, skeleton_->progs.wc_on_wakeup,
                              skeleton_->progs.wc_on_switch_3, skeleton_->progs.wc_on_switch_4};
    return programs[i];
  }

  Skeleton skeleton_;
  Availability availability_;
  ReaderTables tables_;
  Drained drained_{};
  Ring ring_;
  std::array<Link, 4> links_;  // go before their programs
};

// Which programs these tracepoints can carry.
Availability choose_programs(const ReaderTracepoints& tracepoints, readers_bpf& skeleton) {
  const bool has_receive = tracepoints.sock_recv_length == "pvv";
  const bool has_state = tracepoints.sched_switch == "vppv";
  const bool has_switch = has_state || tracepoints.sched_switch == "vpp";
  bpf_program__set_autoload(skeleton.progs.wc_on_receive, has_receive);
  bpf_program__set_autoload(skeleton.progs.wc_on_switch_4, has_state);
  bpf_program__set_autoload(skeleton.progs.wc_on_switch_3, has_switch && !has_state);
  bpf_program__set_autoload(skeleton.progs.wc_on_wakeup, has_switch && tracepoints.sched_wakeup == "p");
  if (!has_receive) {
    return reduced("no tracepoint sock:sock_recv_length: what readers read is not seen, only when they do not run",
                   "a kernel from 6.3 on");
  }
  if (!has_switch) {
    return reduced("sched:sched_switch of this kernel is not known: when readers do not run is not seen",
                   "a kernel with sched_switch(preempt, prev, next[, prev_state])");
  }
  return available();
}

}  // namespace

ReaderTracepoints reader_tracepoints(const KernelTypes& types) {
  return {.sock_recv_length = types.tracepoint_arguments("sock_recv_length"),
          .sched_switch = types.tracepoint_arguments("sched_switch"),
          .sched_wakeup = types.tracepoint_arguments("sched_wakeup")};
}

Result<std::unique_ptr<ReaderProbe>> open_reader_probe(const ReaderTracepoints& tracepoints) {
  libbpf_set_print(nullptr);  // what fails is in the Error
  Skeleton skeleton(readers_bpf__open());
  if (!skeleton) return bpf_refusal("open the reader programs", errno);
  Availability availability = choose_programs(tracepoints, *skeleton);
  if (const int error = readers_bpf__load(skeleton.get())) return bpf_refusal("load the reader programs", -error);
  auto probe = std::make_unique<BpfReaderProbe>(std::move(skeleton), std::move(availability));
  if (!probe->has_ring()) return bpf_refusal("map the ring of the reader programs", errno);
  return probe;
}

Result<std::unique_ptr<ReaderProbe>> open_reader_probe() {
  WC_TRY_ASSIGN(const KernelTypes types, KernelTypes::load());
  return open_reader_probe(reader_tracepoints(types));
}

Availability reader_probe_availability() {
  const auto probe = open_reader_probe();
  if (probe) return (*probe)->availability();
  return bpf_unavailable(probe.error());
}

}  // namespace wirecause
