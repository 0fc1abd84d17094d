// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/nic/interface_interrupts.hpp"
#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

constexpr std::string_view kPath = "/proc/interrupts";

// Linux 6.18 with virtio, 2 CPUs, shortened.
const std::string kVirtio =
    "           CPU0       CPU1       \n"
    " 24:          1          0  IO-APIC   5-edge      ACPI:Ged\n"
    " 38:          0        465 PCI-MSIX-0000:00:03.0   1-edge      virtio2-input.0\n"
    " 39:        403          0 PCI-MSIX-0000:00:03.0   2-edge      virtio2-output.0\n"
    "LOC:     167376     170815   Local timer interrupts\n"
    "ERR:          7\n"
    "MIS:          0\n";

// An Intel port whose vectors bear the interface's name.
const std::string kNamed =
    "            CPU0       CPU1\n"
    " 120:        100        200  IR-PCI-MSI 524288-edge      eth1-TxRx-0\n"
    " 121:         10         20  IR-PCI-MSI 524289-edge      eth10-TxRx-0\n"
    " 122:          1          2  IR-PCI-MSI 524290-edge      eth1\n";

const Collector& interrupts() { return *find_collector("interrupts"); }

TEST(InterruptsCollector, SumsAllInterruptsOfACpuButTheMachinesOwn) {
  HostFiles files;
  const RecordedSink sink = sampled(interrupts(), files.file(kPath, kVirtio));
  EXPECT_EQ(sink.value("interrupts.all", cpu(0)), 1 + 403 + 167376);
  EXPECT_EQ(sink.value("interrupts.all", cpu(1)), 465 + 170815);
}

TEST(InterruptsCollector, FindsThoseOfAnInterfaceByTheVectorsOfItsDevice) {
  HostFiles files;
  files.interface("eth0", 4).file(kPath, kVirtio);
  // As sysfs has it: the net device hangs on virtio2, whose parent is the PCI function with the vectors.
  files.file("/sys/devices/pci/0000:00:03.0/msi_irqs/38", "msix\n")
      .file("/sys/devices/pci/0000:00:03.0/msi_irqs/39", "msix\n");
  files.file("/sys/devices/pci/0000:00:03.0/virtio2/uevent", "")
      .link("/sys/class/net/eth0/device", "../../../devices/pci/0000:00:03.0/virtio2");
  const RecordedSink sink = sampled(interrupts(), files);
  EXPECT_EQ(sink.value("interrupts.interface", interface(0)), 868);
  EXPECT_EQ(sink.value("interrupts.nic", cpu(0)), 403);
  EXPECT_EQ(sink.value("interrupts.nic", cpu(1)), 465);
}

TEST(InterruptsCollector, FindsThoseOfAnInterfaceByItsNameAndNotByTheBeginningOfAnothers) {
  HostFiles files;
  const RecordedSink sink = sampled(interrupts(), files.interface("eth1", 3).file(kPath, kNamed));
  EXPECT_EQ(sink.value("interrupts.interface", interface(0)), 303);
}

TEST(InterruptsCollector, SaysNothingOfAnInterfaceWithoutInterrupts) {
  HostFiles files;
  const RecordedSink sink = sampled(interrupts(), files.interface("veth0", 9).file(kPath, kVirtio));
  EXPECT_EQ(sink.value("interrupts.interface", interface(0)), std::nullopt);
  EXPECT_EQ(sink.value("interrupts.nic", cpu(0)), std::nullopt);
}

TEST(InterruptsCollector, PublishesNoSumThatLacksAPart) {
  HostFiles files;
  files.file(kPath, "  CPU0 CPU1\n 1: 5 x IO-APIC timer\n 2: 1 1 IO-APIC rtc\n");
  const auto run = opened(interrupts(), files);
  RecordedSink sink;
  EXPECT_FALSE(run->sample(kSampleTime, sink));
  EXPECT_TRUE(sink.samples.empty());
}

TEST(InterruptsCollector, SurvivesNoise) {
  HostFiles files;
  files.interface("eth1", 3);
  expect_noise_is_survived(interrupts(), files, kPath, kNamed);
}

TEST(InterruptsOfAnInterface, AreThoseWhoseActionBearsItsNameAsAWord) {
  EXPECT_TRUE(is_action_of("eth1", "eth1"));
  EXPECT_TRUE(is_action_of("eth1-TxRx-0", "eth1"));
  EXPECT_TRUE(is_action_of("eth1@pci:0000:3b:00.0", "eth1"));
  EXPECT_FALSE(is_action_of("eth10", "eth1"));
  EXPECT_FALSE(is_action_of("xeth1", "eth1"));
  EXPECT_FALSE(is_action_of("eth1", ""));
}

}  // namespace
}  // namespace wirecause::testing
