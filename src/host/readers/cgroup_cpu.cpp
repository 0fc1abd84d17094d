// CPU time of the cgroup that limits a process: cpu.stat and cpu.max of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst);
// where the cpu controller still belongs to v1, cpu.stat and cpu.cfs_quota_us of that (scheduler/sched-bwc.rst).
//
// A limit may stand anywhere above the process: the nearest one counts. Mounts are looked for in mountinfo, as many hosts
// have both. A process of a cgroup namespace beside ours shows a path with "/..": nothing is said of it.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "host/kernel/kernel_text.hpp"
#include "host/readers/threads.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxMountinfo = 1U << 20U;
constexpr int kMaxDepth = 64;

struct Hierarchy {
  bool is_v1 = false;
  std::string mount;  // as this process sees it
  std::string path;   // of the process below it, "/" at the top
};

std::string_view next_piece(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

bool has_item(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    if (next_piece(list, ',') == item) return true;
  }
  return false;
}

// A line of mountinfo (proc(5)): fields 4 and 5 are the root and where it is mounted, behind " - " stand type, source and
// options. Nothing: not the mount that is looked for.
std::optional<Hierarchy> hierarchy_in(std::string_view line, bool is_v1) {
  const std::size_t dash = line.find(" - ");
  if (dash == std::string_view::npos) return std::nullopt;
  std::string_view behind = line.substr(dash + 3);
  const std::string_view type = next_piece(behind, ' ');
  next_piece(behind, ' ');
  const bool is_it = is_v1 ? type == "cgroup" && has_item(behind, "cpu") : type == "cgroup2";
  if (!is_it) return std::nullopt;
  for (int field = 1; field < 4; ++field) next_piece(line, ' ');
  Hierarchy hierarchy;
  hierarchy.is_v1 = is_v1;
  hierarchy.path = std::string(next_piece(line, ' '));
  hierarchy.mount = std::string(next_piece(line, ' '));
  return hierarchy;
}

// "0::/system.slice/feed.service" of v2, "3:cpu,cpuacct:/feed" of v1; empty: not in it, or beyond what we see.
std::string cgroup_in(std::string_view text, bool is_v1) {
  while (!text.empty()) {
    std::string_view line = next_piece(text, '\n');
    const std::string_view number = next_piece(line, ':');
    const std::string_view controllers = next_piece(line, ':');
    const bool is_it = is_v1 ? has_item(controllers, "cpu") : number == "0" && controllers.empty();
    if (is_it && line.starts_with('/') && line.find("/..") == std::string_view::npos) return std::string(line);
  }
  return {};
}

std::optional<Hierarchy> mounted(const std::string& mounts, const std::string& sys, std::string path, bool is_v1) {
  for (std::string_view rest = mounts; !rest.empty();) {
    auto hierarchy = hierarchy_in(next_piece(rest, '\n'), is_v1);
    if (!hierarchy) continue;
    if (hierarchy->mount.starts_with("/sys/")) hierarchy->mount = sys + hierarchy->mount.substr(4);
    if (hierarchy->path != "/" && path.starts_with(hierarchy->path)) path.erase(0, hierarchy->path.size());
    hierarchy->path = path.empty() ? "/" : std::move(path);
    return hierarchy;
  }
  return std::nullopt;
}

// As we see it; where `ip netns exec` hid it from us (it mounts a /sys of its own), as the first process of the host does.
std::optional<Hierarchy> find_hierarchy(const std::string& proc, const std::string& sys, std::int32_t pid, bool is_v1) {
  const std::string path = cgroup_in(text_or_nothing(fmt::format("{}/{}/cgroup", proc, pid), 65'536), is_v1);
  if (path.empty()) return std::nullopt;
  auto ours = mounted(text_or_nothing(proc + "/self/mountinfo", kMaxMountinfo), sys, path, is_v1);
  if (ours) return ours;
  return mounted(text_or_nothing(proc + "/1/mountinfo", kMaxMountinfo), proc + "/1/root/sys", path, is_v1);
}

// "200000 100000" or "max 100000".
void take_limit(std::string_view text, CgroupCpu& cpu) {
  cpu.quota_usec = number_of<std::uint64_t>(next_piece(text, ' '));
  if (cpu.quota_usec) cpu.period_usec = number_of<std::uint64_t>(text);
}

// Nothing: the cpu controller is not on here.
std::optional<CgroupCpu> read_cgroup(const Hierarchy& hierarchy, const std::string& path) {
  const std::string folder = hierarchy.mount + path;
  const std::string stat = text_or_nothing(folder + "/cpu.stat");
  if (!number_of(value_of(stat, "nr_throttled"))) return std::nullopt;
  CgroupCpu cpu;
  cpu.path = path;
  if (hierarchy.is_v1) {
    cpu.throttled_usec = number_of<std::uint64_t>(value_of(stat, "throttled_time")).value_or(0) / 1'000;
    take_limit(first_line(folder + "/cpu.cfs_quota_us") + " " + first_line(folder + "/cpu.cfs_period_us"), cpu);
  } else {
    cpu.throttled_usec = number_of<std::uint64_t>(value_of(stat, "throttled_usec")).value_or(0);
    take_limit(first_line(folder + "/cpu.max"), cpu);
  }
  return cpu;
}

// From the process upwards; the top has no limit.
std::optional<CgroupCpu> nearest_limit(const Hierarchy& hierarchy) {
  std::optional<CgroupCpu> nearest;
  std::string path = hierarchy.path;
  for (int depth = 0; depth < kMaxDepth && path.size() > 1; ++depth) {
    const auto cpu = read_cgroup(hierarchy, path);
    if (cpu && cpu->quota_usec) return cpu;
    if (!nearest) nearest = cpu;
    path.resize(std::max<std::size_t>(path.rfind('/'), 1));
  }
  return nearest;
}

}  // namespace

std::optional<CgroupCpu> cgroup_cpu(const std::string& proc, const std::string& sys, std::int32_t pid) {
  for (const bool is_v1 : {false, true}) {
    const auto hierarchy = find_hierarchy(proc, sys, pid, is_v1);
    if (!hierarchy) continue;
    if (auto cpu = nearest_limit(*hierarchy)) return cpu;
  }
  return std::nullopt;
}

}  // namespace wirecause
