// The rows. Names are those that the driver registers in its get_strings(); where kernels renamed a counter both names
// stand here. Totals beside their own queues are left out, so that no frame counts twice.
// SPDX-License-Identifier: Apache-2.0
#include "host/nic/driver_counters.hpp"

#include <algorithm>
#include <array>

namespace wirecause {
namespace {

using enum NicCounter;

// A guest sees what its driver dropped, not what the hypervisor's queue (vhost, tap) had no room for: never complete.
constexpr DriverCounter kVirtioNet[] = {
    {"rx%u_drops", rx_discards},         // short, without buffers, or not to be put together
    {"rx_queue_%u_drops", rx_discards},  // its name on older kernels
    {"rx%u_xdp_drops", xdp_drops},
    {"rx_queue_%u_xdp_drops", xdp_drops},
};

// What the receiving end accepted and could not turn into a packet is `drops`. What it did not accept (its ring was full,
// it was down) is tx_dropped of the sending end, and a full backlog behind it softnet_stat dropped; frames over the MTU
// are rx_dropped of the interface. So with those the account is complete.
constexpr DriverCounter kVeth[] = {
    {"rx_queue_%u_drops", rx_discards},
    {"rx_queue_%u_rx_drops", rx_discards},  // its name on older kernels
    {"rx_queue_%u_xdp_drops", xdp_drops},
    {"rx_queue_%u_rx_xdp_drops", xdp_drops},
};
constexpr std::string_view kVethNeeds[] = {"rx_queue_0_drops"};

// MPC is the packet memory, QPRDC the rings. rx_errors is the sum of two rows here. MAC errors that no register of the
// driver shows (RUC, ROC beside RLEC) are not all exported.
constexpr DriverCounter kIxgbe[] = {
    {"rx_missed_errors", rx_missed},      {"rx_no_dma_resources", rx_no_buffer}, {"rx_crc_errors", rx_crc},
    {"rx_long_length_errors", rx_length}, {"rx_short_length_errors", rx_length}, {"rx_flow_control_xoff", rx_pause},
    {"tx_flow_control_xoff", tx_pause},   {"rx_pb_%u_pxoff", rx_pause},          {"tx_pb_%u_pxoff", tx_pause},
};

// port.rx_dropped became port.rx_discards in Linux 6.7, when rx_missed_errors (of the VSI: no descriptor) came as well.
constexpr DriverCounter kI40e[] = {
    {"port.rx_discards", rx_missed},        {"port.rx_dropped", rx_missed},
    {"rx_missed_errors", rx_no_buffer},     {"rx_dropped", rx_discards},
    {"port.rx_crc_errors", rx_crc},         {"port.illegal_bytes", rx_crc},
    {"port.rx_length_errors", rx_length},   {"port.rx_undersize", rx_length},
    {"port.rx_fragments", rx_length},       {"port.rx_oversize", rx_length},
    {"port.rx_jabber", rx_length},          {"port.link_xoff_rx", rx_pause},
    {"port.link_xoff_tx", tx_pause},        {"port.rx_priority_%u_xoff", rx_pause},
    {"port.tx_priority_%u_xoff", tx_pause},
};

constexpr DriverCounter kIce[] = {
    {"rx_dropped.nic", rx_missed},  {"rx_dropped", rx_no_buffer},          {"rx_crc_errors.nic", rx_crc},
    {"illegal_bytes.nic", rx_crc},  {"rx_undersize.nic", rx_length},       {"rx_fragments.nic", rx_length},
    {"rx_oversize.nic", rx_length}, {"rx_jabber.nic", rx_length},          {"link_xoff_rx.nic", rx_pause},
    {"link_xoff_tx.nic", tx_pause}, {"rx_priority_%u_xoff.nic", rx_pause}, {"tx_priority_%u_xoff.nic", tx_pause},
};

// rx_in_range_len_errors_phy and symbol errors are of frames that the MAC never delivered. outbound_pci_buffer_overflow
// counts the same frames as rx_discards_phy from the other side and is left out.
constexpr DriverCounter kMlx5Core[] = {
    {"rx_discards_phy", rx_missed},
    {"rx_out_of_buffer", rx_no_buffer},
    {"dev_internal_queue_oob", rx_no_buffer},
    {"rx_crc_errors_phy", rx_crc},
    {"rx_symbol_err_phy", rx_crc},
    {"rx_in_range_len_errors_phy", rx_length},
    {"rx_out_of_range_len_phy", rx_length},
    {"rx_oversize_pkts_phy", rx_length},
    {"rx_undersize_pkts_phy", rx_length},
    {"rx_fragments_phy", rx_length},
    {"rx_jabbers_phy", rx_length},
    {"rx_oversize_pkts_buffer", rx_length},
    {"rx%u_oversize_pkts_sw_drop", rx_length},
    {"rx%u_wqe_err", rx_discards},
    {"rx%u_xdp_drop", xdp_drops},
    {"rx_steer_missed_packets", filtered},
    {"rx_pause_ctrl_phy", rx_pause},
    {"tx_pause_ctrl_phy", tx_pause},
    {"rx_prio%u_pause", rx_pause},
    {"tx_prio%u_pause", tx_pause},
};
// Functions without the port's counters (a virtual function, a representor) do not see what the port lost.
constexpr std::string_view kMlx5CoreNeeds[] = {"rx_discards_phy", "rx_out_of_buffer", "rx_crc_errors_phy",
                                               "rx_symbol_err_phy", "rx_oversize_pkts_buffer"};

// port_rx_bad holds damaged frames of every kind. Firmware that keeps no counts of its packet memory (pm) and datapath (dp)
// shows fewer names, and the driver gives up some frames uncounted while it resets: not known to be complete.
constexpr DriverCounter kSfc[] = {
    {"port_rx_overflow", rx_missed},
    {"port_rx_pm_trunc_bb_overflow", rx_missed},
    {"port_rx_pm_discard_bb_overflow", rx_missed},
    {"port_rx_pm_trunc_vfifo_full", rx_missed},
    {"port_rx_pm_discard_vfifo_full", rx_missed},
    {"port_rx_pm_trunc_qbb", rx_missed},
    {"port_rx_pm_discard_qbb", rx_missed},
    {"port_rx_nodesc_drops", rx_no_buffer},
    {"rx_nodesc_trunc", rx_no_buffer},
    {"rx_noskb_drops", rx_discards},
    {"port_rx_dp_q_disabled_packets", rx_discards},
    {"port_rx_bad", rx_crc},
    {"port_rx_gtjumbo", rx_length},
    {"port_rx_dp_di_dropped_packets", filtered},
    {"port_rx_pm_discard_mapping", rx_discards},
    {"port_rx_pause", rx_pause},
    {"port_tx_pause", tx_pause},
};

constexpr DriverCounter
    kBnxtEn
        [] =
            {
                {"[%u]: rx_discards", rx_no_buffer},
                {"[%u]: rx_drops", rx_no_buffer},  // the same counter's name until Linux 5.10
                {"[%u]: rx_oom_discards", rx_discards},
                {"rx_fcs_err_frames", rx_crc},
                {"rx_align_err_frames", rx_crc},
                {"rx_ovrsz_frames", rx_length},
                {"rx_jbr_frames", rx_length},
                {"rx_undrsz_frames", rx_length},
                {"rx_stat_discard", rx_missed},
                {"rx_pause_frames", rx_pause},
                {"tx_pause_frames", tx_pause},
};

// Amazon's limits drop frames before the guest sees them: bw_in and pps allowances count packets queued *or* dropped, so
// they are no exact losses. rx_drops is the device's own.
constexpr DriverCounter kEna[] = {
    {"rx_drops", rx_no_buffer},
    {"queue_%u_rx_bad_desc_num", rx_discards},
    {"queue_%u_rx_bad_req_id", rx_discards},
    {"queue_%u_rx_skb_alloc_fail", rx_discards},
    {"queue_%u_rx_xdp_drop", xdp_drops},
};

constexpr DriverTable kTables[] = {
    {"bnxt_en", kBnxtEn, false, {}, "drivers/net/ethernet/broadcom/bnxt/bnxt_ethtool.c"},
    {"ena", kEna, false, {}, "drivers/net/ethernet/amazon/ena/ena_ethtool.c"},
    {"i40e", kI40e, false, {}, "drivers/net/ethernet/intel/i40e/i40e_ethtool.c"},
    {"ice", kIce, false, {}, "drivers/net/ethernet/intel/ice/ice_ethtool.c"},
    {"ixgbe", kIxgbe, false, {}, "drivers/net/ethernet/intel/ixgbe/ixgbe_ethtool.c"},
    // No device: what it has no room for is softnet_stat dropped.
    {"loopback", {}, true, {}, "drivers/net/loopback.c"},
    {"mlx5_core", kMlx5Core, true, kMlx5CoreNeeds,
     "Documentation/networking/device_drivers/ethernet/mellanox/mlx5/counters.rst"},
    {"sfc", kSfc, false, {}, "drivers/net/ethernet/sfc/ef10.c"},
    {"veth", kVeth, true, kVethNeeds, "drivers/net/veth.c"},
    {"virtio_net", kVirtioNet, false, {}, "drivers/net/virtio_net.c"},
};

constexpr std::array<std::string_view, kNicCounters> kPublishedNames{
    "nic.rx_missed",    "nic.rx_no_buffer", "nic.rx_crc",   "nic.rx_length", "nic.rx_discards",
    "nic.rx_xdp_drops", "nic.filtered",     "nic.rx_pause", "nic.tx_pause"};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string_view published_name(NicCounter counter) { return kPublishedNames[static_cast<std::size_t>(counter)]; }

std::span<const DriverTable> driver_tables() { return kTables; }

const DriverTable* find_driver_table(std::string_view driver) {
  const auto found = std::ranges::find(kTables, driver, &DriverTable::driver);
  return found == std::end(kTables) ? nullptr : found;
}

bool matches(std::string_view pattern, std::string_view raw) {
  constexpr std::string_view kNumber = "%u";
  const std::size_t at = pattern.find(kNumber);
  if (at == std::string_view::npos) return pattern == raw;
  if (!raw.starts_with(pattern.substr(0, at))) return false;
  raw.remove_prefix(at);
  const auto end = std::ranges::find_if_not(raw, is_digit);
  const auto digits = static_cast<std::size_t>(end - raw.begin());
  return digits > 0 && raw.substr(digits) == pattern.substr(at + kNumber.size());
}

const DriverCounter* find_counter(const DriverTable& table, std::string_view raw) {
  const auto found =
      std::ranges::find_if(table.counters, [raw](const DriverCounter& row) { return matches(row.raw, raw); });
  return found == table.counters.end() ? nullptr : &*found;
}

bool sounds_like_a_loss(std::string_view raw) {
  constexpr std::string_view kWords[] = {"drop",     "discard", "miss",  "err",     "fifo",
                                         "overflow", "no_buf",  "nobuf", "no_desc", "nodesc"};
  if (raw.find("rx") == std::string_view::npos) return false;
  return std::ranges::any_of(kWords, [raw](std::string_view word) { return raw.find(word) != std::string_view::npos; });
}

}  // namespace wirecause
