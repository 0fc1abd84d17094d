// Type information as older and later kernels would have it, written with libbpf; what this kernel has is compared with the
// kernel's own description of its tracepoint (tracefs).
// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_types.hpp"

#include <bpf/btf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

namespace wirecause {
namespace {

class TypesFolder {
 public:
  TypesFolder() : path_(std::filesystem::temp_directory_path() / ("btf" + std::to_string(getpid()))) {
    std::filesystem::create_directory(path_);
  }
  ~TypesFolder() { std::filesystem::remove_all(path_); }
  TypesFolder(const TypesFolder&) = delete;
  TypesFolder& operator=(const TypesFolder&) = delete;

  void write(std::string_view bytes) const {
    std::ofstream(path_ / "vmlinux", std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  void write(const btf* types) const {
    std::uint32_t length = 0;
    const void* bytes = btf__raw_data(types, &length);
    write({static_cast<const char*>(bytes), length});
  }
  std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct FreeBtf {
  void operator()(btf* types) const { btf__free(types); }
};

// void (*btf_trace_NAME)(void*, arguments...)
void add_tracepoint(btf* types, const std::string& name, int arguments) {
  const int pointer = btf__add_ptr(types, 0);
  const int function = btf__add_func_proto(types, 0);
  for (int i = 0; i <= arguments; ++i) btf__add_func_param(types, "", pointer);
  btf__add_typedef(types, ("btf_trace_" + name).c_str(), btf__add_ptr(types, function));
}

std::unique_ptr<btf, FreeBtf> kernel_types(int kfree_skb, int udp_failure) {
  std::unique_ptr<btf, FreeBtf> out(btf__new_empty());
  add_tracepoint(out.get(), "kfree_skb", kfree_skb);
  if (udp_failure != 0) add_tracepoint(out.get(), "udp_fail_queue_rcv_skb", udp_failure);
  return out;
}

TEST(DropTypes, ReadsReasonsAndArgumentsOfAKernel) {
  const TypesFolder folder;
  const auto types = kernel_types(3, 2);
  btf__add_enum(types.get(), "skb_drop_reason", 4);
  btf__add_enum_value(types.get(), "SKB_NOT_DROPPED_YET", 0);
  btf__add_enum_value(types.get(), "SKB_DROP_REASON_NO_SOCKET", 5);
  btf__add_enum_value(types.get(), "SKB_DROP_REASON_MAX", 6);
  btf__add_enum(types.get(), "ovs_drop_reason", 4);
  btf__add_enum_value(types.get(), "OVS_DROP_LAST_ACTION", 0x20001);
  btf__add_enum_value(types.get(), "OVS_DROP_TOO_SMALL_FOR_A_SUBSYSTEM", 5);
  folder.write(types.get());
  const auto read = read_kernel_drop_types(folder.path());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->kfree_skb_arguments, 3U);
  EXPECT_EQ(read->udp_failure_arguments, 2U);
  EXPECT_EQ(read->reasons.name(5), "SKB_DROP_REASON_NO_SOCKET");
  EXPECT_EQ(read->reasons.value("SKB_DROP_REASON_NO_SOCKET"), 5U);
  EXPECT_EQ(read->reasons.name(0x20001), "OVS_DROP_LAST_ACTION");
  EXPECT_EQ(read->reasons.name(6), "reason 6");
  EXPECT_FALSE(read->reasons.value("SKB_CONSUMED"));
}

TEST(DropTypes, AKernelWithoutReasonsHasNone) {
  const TypesFolder folder;
  folder.write(kernel_types(2, 0).get());
  const auto read = read_kernel_drop_types(folder.path());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->kfree_skb_arguments, 2U);
  EXPECT_EQ(read->udp_failure_arguments, 0U);
  EXPECT_TRUE(read->reasons.empty());
}

TEST(DropTypes, WhatIsNoTypeInformationIsAnErrorThatNamesTheFile) {
  const TypesFolder folder;
  for (const std::string& bytes : {std::string(), std::string("not BTF"), std::string(4096, '\xff')}) {
    folder.write(bytes);
    const auto read = read_kernel_drop_types(folder.path());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), Errc::unsupported);
    EXPECT_NE(read.error().message().find(folder.path() + "/vmlinux"), std::string::npos) << read.error().message();
  }
  std::uint32_t length = 0;
  const auto types = kernel_types(3, 2);
  const auto* whole = static_cast<const char*>(btf__raw_data(types.get(), &length));
  for (std::uint32_t cut = 0; cut < length; ++cut) {
    folder.write(std::string_view(whole, cut));
    EXPECT_FALSE(read_kernel_drop_types(folder.path())) << cut;
  }
}

TEST(DropTypes, TheTracepointsOwnDescriptionNamesTheSameReasons) {
  std::ifstream format("/sys/kernel/tracing/events/skb/kfree_skb/format");
  const auto read = read_kernel_drop_types("/sys/kernel/btf");
  if (!format || !read) GTEST_SKIP() << "needs tracefs readable and a kernel with BTF";
  std::stringstream text;
  text << format.rdbuf();
  const std::string described = text.str();
  // print fmt: ... __print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, { 3, "NO_SOCKET" }, ...
  std::size_t compared = 0;
  for (std::size_t at = described.find("{ "); at != std::string::npos; at = described.find("{ ", at + 1)) {
    unsigned value = 0;
    std::array<char, 64> said{};
    if (std::sscanf(described.c_str() + at, "{ %u, \"%63[A-Z0-9_]\" }", &value, said.data()) != 2) continue;
    if (std::string_view(said.data()) == "MAX") continue;
    EXPECT_TRUE(read->reasons.name(value).ends_with(said.data())) << value << " " << said.data();
    ++compared;
  }
  if (compared == 0) GTEST_SKIP() << "this kernel's description names no reasons";
}

}  // namespace
}  // namespace wirecause
