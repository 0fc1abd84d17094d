// SPDX-License-Identifier: Apache-2.0
#include "capture/live/compiled_filter.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <array>
#include <memory>

namespace wirecause {
namespace {

struct PcapCloser {
  void operator()(pcap_t* handle) const { ::pcap_close(handle); }
};
using Pcap = std::unique_ptr<pcap_t, PcapCloser>;

constexpr int kSmallBuffer = 64 * 1024;  // nothing is read

// Nothing when it cannot be opened, or when libpcap would see other bytes than a tap does (its "cooked" captures).
Pcap open_interface(const std::string& interface, int link_type, int snap_length) {
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  Pcap handle(::pcap_create(interface.c_str(), why.data()));
  if (!handle) return nullptr;
  ::pcap_set_snaplen(handle.get(), snap_length);
  ::pcap_set_promisc(handle.get(), 0);
  ::pcap_set_buffer_size(handle.get(), kSmallBuffer);
  if (::pcap_activate(handle.get()) < 0 || ::pcap_datalink(handle.get()) != link_type) return nullptr;
  return handle;
}

FilterProgram copied(const bpf_program& compiled) {
  FilterProgram program;
  program.reserve(compiled.bf_len);
  for (u_int i = 0; i < compiled.bf_len; ++i) {
    const bpf_insn& instruction = compiled.bf_insns[i];
    program.push_back({instruction.code, instruction.jt, instruction.jf, instruction.k});
  }
  return program;
}

}  // namespace

Result<FilterProgram> compile_filter(const std::string& text, const std::string& interface, LinkType link_type,
                                     std::uint32_t snap_length) {
  const int dlt = link_type == LinkType::ethernet ? DLT_EN10MB : DLT_RAW;
  const int kept = static_cast<int>(snap_length);
  Pcap handle = open_interface(interface, dlt, kept);
  if (!handle) handle.reset(::pcap_open_dead(dlt, kept));
  if (!handle) return fail(Errc::io, fmt::format("filter '{}': libpcap cannot be used", text));
  bpf_program compiled{};
  if (::pcap_compile(handle.get(), &compiled, text.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return fail(Errc::bad_input, fmt::format("filter '{}': {} (the language of tcpdump: man pcap-filter)", text,
                                             ::pcap_geterr(handle.get())));
  }
  FilterProgram program = copied(compiled);
  ::pcap_freecode(&compiled);
  return program;
}

}  // namespace wirecause
