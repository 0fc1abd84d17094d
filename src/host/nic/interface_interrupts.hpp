// Which interrupts belong to an interface: the MSI vectors of its device in /sys, or, where it has none, the lines of
// /proc/interrupts that bear its name ("eth0", "eth0-TxRx-3").
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace wirecause {

// /sys/class/net/IF/device/msi_irqs, or that of the device's parent (virtio: the PCI function is one above). Empty: a
// virtual interface, or a device without MSI.
std::set<std::uint32_t> msi_interrupts(const std::string& sys, const std::string& interface);

// Whether an action of /proc/interrupts is one of this interface: its name alone, or followed by anything but a letter or
// digit ("eth1" is not "eth10").
bool is_action_of(std::string_view action, std::string_view interface);

}  // namespace wirecause
