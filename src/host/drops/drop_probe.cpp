// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_probe.hpp"

#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "bpf/drop_record.h"
#include "host/drops/drop_flows.hpp"
#include "host/drops/drop_program.hpp"
#include "host/drops/drop_types.hpp"
#include "host/drops/followed_fields.hpp"
#include "host/drops/kallsyms.hpp"
#include "host/kernel/bpf_refusal.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxDrain = 65'536;
static_assert(DropProbe::kRingBytes == WC_DROP_RING_BYTES && DropProbe::kMaxFlows == WC_DROP_FLOWS &&
              DropProbe::kPayloadBytes == WC_DROP_PAYLOAD);

struct Loaded {
  std::unique_ptr<DropProgram> program;
  KernelDropTypes types;
  KernelSymbols symbols;
  Availability availability;
};

void add_step_down(Availability& to, std::string reason, std::string_view remedy) {
  to.state = Availability::State::reduced;
  to.reason += (to.reason.empty() ? "" : "; ") + std::move(reason);
  if (!remedy.empty()) to.remedy += (to.remedy.empty() ? "" : "; ") + std::string(remedy);
}

Availability availability_of(const DropProgramChoice& choice, const KernelDropTypes& types,
                             const std::string& why_not_typed, const Result<KernelSymbols>& symbols) {
  Availability out;
  if (!choice.is_typed) add_step_down(out, "raw_tp instead of tp_btf: " + why_not_typed, "");
  if (choice.kfree_skb_arguments < 4) {
    add_step_down(
        out,
        choice.udp_failure_arguments == 0
            ? "this kernel's kfree_skb names no socket, and udp_fail_queue_rcv_skb is not there"
            : "this kernel's kfree_skb names no socket: that of a full buffer comes from udp_fail_queue_rcv_skb",
        "Linux 6.11 or later names the socket of every drop");
  }
  if (types.reasons.empty()) add_step_down(out, "this kernel gives no drop reasons", "Linux 5.17 or later gives them");
  if (!symbols) {
    add_step_down(out, symbols.error().message() + ": drops without a reason have no place", "run with CAP_SYSLOG");
  }
  return out;
}

Result<Loaded> load(const DropProgramChoice* only) {
  WC_TRY_ASSIGN(KernelDropTypes types, read_kernel_drop_types());
  const auto choices = only != nullptr ? std::vector<DropProgramChoice>{*only} : drop_program_choices(types);
  Result<KernelSymbols> symbols = KernelSymbols::read("/proc");
  const KernelSymbols known = symbols.value_or(KernelSymbols{});
  std::string why_not;
  Errc code = Errc::unsupported;
  for (const DropProgramChoice& choice : choices) {
    auto program = DropProgram::load(choice, types, known);
    if (program) {
      if (choice.kfree_skb_arguments == 2) types.reasons = {};
      Availability got = availability_of(choice, types, why_not, symbols);
      return Loaded{std::move(*program), std::move(types), known, std::move(got)};
    }
    why_not = program.error().message();
    code = program.error().code();
  }
  return fail(code, why_not);
}

class KernelDropProbe final : public DropProbe {
 public:
  explicit KernelDropProbe(Loaded loaded)
      : program_(std::move(loaded.program)),
        flows_(std::move(loaded.types.reasons), std::move(loaded.symbols)),
        fields_(program_->fields()),
        availability_(std::move(loaded.availability)) {
    payloads_.reserve(kMaxDrain);
  }
  ~KernelDropProbe() override { ring_buffer__free(ring_); }

  Result<void> open_ring() {
    ring_ = ring_buffer__new(program_->ring(), &KernelDropProbe::take, this, nullptr);
    if (ring_ == nullptr) return bpf_refusal("map the ring of drops", errno);
    return program_->attach();
  }

  Result<void> follow(const NumberField& field) override;
  Result<void> follow_bytes(const FollowedStream& stream) override;
  bool drain(std::vector<RawDrop>& out) override;
  std::span<const DropFlow> flows() const override { return flows_.all(); }
  void refresh_counts() override;
  std::uint64_t lost_records() const override { return program_->lost(); }
  std::vector<std::pair<std::string, std::uint64_t>> unlisted() const override;
  std::uint64_t unlisted_followed() const override { return program_->followed_unlisted(); }
  std::uint64_t missed() const override { return program_->missed(); }
  const Availability& availability() const override { return availability_; }

 private:
  static int take(void* self, void* data, std::size_t bytes);
  std::span<const std::byte> keep(std::span<const __u8> payload);
  void add(const wc_drop_record& record, std::span<const std::byte> payload);
  void update_flows();
  void update_fields(const IpAddress& destination, std::uint16_t port);

  std::unique_ptr<DropProgram> program_;
  DropFlows flows_;
  FollowedFields fields_;
  Availability availability_;
  ring_buffer* ring_ = nullptr;
  std::vector<RawDrop>* out_ = nullptr;
  std::size_t taken_ = 0;
  // Of the last drain. Never grows: what points into it stays valid.
  std::vector<std::array<std::byte, kPayloadBytes>> payloads_;
};

// A flow that appeared while follow() wrote the table may have missed it.
void KernelDropProbe::update_flows() {
  const std::uint32_t before = flows_.slots_seen();
  const std::uint32_t used = program_->flows_used();
  flows_.update(program_->flows(), used);
  for (std::uint32_t slot = before; slot < used; ++slot) {
    wc_drop_flow& flow = program_->flows()[slot];
    if (__atomic_load_n(&flow.state, __ATOMIC_ACQUIRE) != WC_DROP_FLOW_DEFINED) continue;
    const std::uint64_t field = fields_.find(flow.destination, flow.destination_port);
    if (field != 0) __atomic_store_n(&flow.field, field, __ATOMIC_RELAXED);
  }
}

// Of the flows that are there already.
void KernelDropProbe::update_fields(const IpAddress& destination, std::uint16_t port) {
  const std::uint32_t used = program_->flows_used();
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    wc_drop_flow& flow = program_->flows()[slot];
    if (__atomic_load_n(&flow.state, __ATOMIC_ACQUIRE) != WC_DROP_FLOW_DEFINED) continue;
    if (flow.destination_port != port ||
        std::memcmp(flow.destination, destination.bytes().data(), sizeof flow.destination) != 0) {
      continue;
    }
    __atomic_store_n(&flow.field, fields_.find(flow.destination, flow.destination_port), __ATOMIC_RELAXED);
  }
}

Result<void> KernelDropProbe::follow(const NumberField& field) {
  WC_TRY(fields_.follow(field));
  update_fields(field.destination, field.port);
  return {};
}

Result<void> KernelDropProbe::follow_bytes(const FollowedStream& stream) {
  WC_TRY(fields_.follow_bytes(stream));
  update_fields(stream.destination, stream.port);
  return {};
}

bool KernelDropProbe::drain(std::vector<RawDrop>& out) {
  out_ = &out;
  taken_ = 0;
  payloads_.clear();
  ring_buffer__consume(ring_);
  if (taken_ < kMaxDrain) program_->allow_unfollowed_again();
  update_flows();
  return taken_ != 0;
}

int KernelDropProbe::take(void* self, void* data, std::size_t bytes) {
  auto& probe = *static_cast<KernelDropProbe*>(self);
  if (bytes >= sizeof(wc_drop_payload_record)) {
    const auto& record = *static_cast<const wc_drop_payload_record*>(data);
    probe.add(record.record,
              probe.keep({record.payload, std::min<std::size_t>(record.record.number, WC_DROP_PAYLOAD)}));
  } else if (bytes >= sizeof(wc_drop_record)) {
    probe.add(*static_cast<const wc_drop_record*>(data), {});
  }
  return ++probe.taken_ < kMaxDrain ? 0 : -1;
}

std::span<const std::byte> KernelDropProbe::keep(std::span<const __u8> payload) {
  if (payloads_.size() == kMaxDrain) return {};
  auto& kept = payloads_.emplace_back();
  std::ranges::copy(std::as_bytes(payload), kept.begin());
  return std::span(kept).first(payload.size());
}

void KernelDropProbe::add(const wc_drop_record& record, std::span<const std::byte> payload) {
  const auto flow = flows_.find(program_->flows(), record.flow);
  if (!flow) return;
  RawDrop drop;
  drop.monotonic_ns = static_cast<std::int64_t>(record.monotonic_ns);
  drop.flow = *flow;
  drop.has_number = (record.flags & WC_DROP_HAS_NUMBER) != 0;
  if (drop.has_number) {
    drop.number = record.number;
    drop.count = record.count;
  }
  drop.segments = record.flags & WC_DROP_SEGMENTS;
  drop.payload = payload;
  out_->push_back(drop);
}

void KernelDropProbe::refresh_counts() {
  update_flows();
  flows_.refresh(program_->flows());
}

std::vector<std::pair<std::string, std::uint64_t>> KernelDropProbe::unlisted() const {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (std::uint32_t slot = 0; slot < WC_DROP_REASONS; ++slot) {
    const std::uint64_t count = program_->unlisted(slot);
    const std::uint32_t reason = (slot / 256) << 16U | slot % 256;
    if (count != 0) out.emplace_back(flows_.reasons().name(reason), count);
  }
  return out;
}

Result<std::unique_ptr<DropProbe>> open_probe(const DropProgramChoice* only) {
  WC_TRY_ASSIGN(Loaded loaded, load(only));
  auto probe = std::make_unique<KernelDropProbe>(std::move(loaded));
  WC_TRY(probe->open_ring());
  return probe;
}

}  // namespace

Availability drop_probe_availability() {
  const auto loaded = load(nullptr);
  if (loaded) return loaded->availability;
  return bpf_unavailable(loaded.error());
}

Result<std::unique_ptr<DropProbe>> open_drop_probe() { return open_probe(nullptr); }

Result<std::unique_ptr<DropProbe>> open_drop_probe(const DropProgramChoice& choice) { return open_probe(&choice); }

}  // namespace wirecause
