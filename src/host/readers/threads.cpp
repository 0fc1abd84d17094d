// Three small files of /proc/PID/task/TID are kept open and read again: stat (state, CPU, faults), schedstat (time on a CPU
// and waiting for one, CONFIG_SCHED_INFO) and status (context switches). Their text is data: what is cut or missing stays as
// it is in an empty sample.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/threads.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "host/kernel/cpu_list.hpp"
#include "host/readers/process_text.hpp"
#include "host/readers/system_calls.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxThreads = 65'536;

class ProcFile {
 public:
  explicit ProcFile(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ProcFile(const ProcFile&) = delete;
  ProcFile& operator=(const ProcFile&) = delete;
  ~ProcFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool is_open() const { return descriptor_ >= 0; }
  // Nothing: not there, or its thread is gone (ESRCH).
  std::optional<std::string> text() const { return is_open() ? text_of(descriptor_) : std::nullopt; }

 private:
  int descriptor_;
};

// "on_cpu_ns run_delay_ns timeslices"
void take_schedstat(std::string_view text, ThreadSample& sample) {
  const std::size_t first = std::min(text.find(' '), text.size());
  sample.on_cpu_ns = number_in(text.substr(0, first)).value_or(0);
  text.remove_prefix(std::min(first + 1, text.size()));
  sample.run_delay_ns = number_in(text.substr(0, std::min(text.find(' '), text.size()))).value_or(0);
}

std::string policy_name(int policy) {
  switch (policy & ~SCHED_RESET_ON_FORK) {
    case SCHED_OTHER:
      return "SCHED_OTHER";
    case SCHED_FIFO:
      return "SCHED_FIFO";
    case SCHED_RR:
      return "SCHED_RR";
    case SCHED_BATCH:
      return "SCHED_BATCH";
    case SCHED_IDLE:
      return "SCHED_IDLE";
    case 6:  // linux/sched.h, which cannot stand beside sched.h
      return "SCHED_DEADLINE";
    case 7:
      return "SCHED_EXT";
    default:
      return policy < 0 ? std::string() : fmt::format("policy {}", policy);
  }
}

// /proc/PID/syscall: "45 0x3 ...", "-1 0x... 0x..." (blocked, but in no system call), "running".
std::string system_call_in(std::string_view text) {
  const auto number = number_in(text.substr(0, std::min(text.find_first_of(" \n"), text.size())));
  return number ? system_call_name(*number) : std::string();
}

class ProcThread final : public ThreadReader {
 public:
  explicit ProcThread(std::string folder)
      : folder_(std::move(folder)),
        stat_(folder_ + "/stat"),
        schedstat_(folder_ + "/schedstat"),
        status_(folder_ + "/status") {}

  bool is_open() const { return stat_.is_open(); }

  std::optional<ThreadSample> sample() override {
    const auto stat = stat_.text();
    if (!stat || stat->empty()) return std::nullopt;
    ThreadSample sample;
    const ProcStat fields = parse_proc_stat(*stat);
    sample.state = fields.state;
    sample.cpu = fields.cpu;
    sample.major_faults = fields.major_faults;
    take_schedstat(schedstat_.text().value_or(""), sample);
    const std::string status = status_.text().value_or("");
    sample.voluntary_switches = number_in(value_of(status, "voluntary_ctxt_switches")).value_or(0);
    sample.involuntary_switches = number_in(value_of(status, "nonvoluntary_ctxt_switches")).value_or(0);
    return sample;
  }

  ThreadFacts facts() override {
    ThreadFacts facts;
    facts.command = first_line(folder_ + "/comm");
    facts.wchan = first_line(folder_ + "/wchan");
    if (facts.wchan == "0") facts.wchan.clear();  // running, or not ours to see
    facts.system_call = system_call_in(file_text(folder_ + "/syscall"));
    const std::string status = status_.text().value_or("");
    facts.affinity = std::string(value_of(status, "Cpus_allowed_list"));
    facts.cpus = parse_cpu_list(facts.affinity);
    const std::string stat = stat_.text().value_or("");
    if (!stat.empty()) facts.policy = policy_name(parse_proc_stat(stat).policy);
    return facts;
  }

 private:
  std::string folder_;
  ProcFile stat_;
  ProcFile schedstat_;
  ProcFile status_;
};

}  // namespace

Result<std::unique_ptr<ThreadReader>> open_thread(const std::string& proc, std::int32_t pid, std::int32_t thread) {
  auto reader = std::make_unique<ProcThread>(fmt::format("{}/{}/task/{}", proc, pid, thread));
  if (reader->is_open()) return reader;
  const Errc code = errno == EACCES || errno == EPERM ? Errc::permission : Errc::not_found;
  return fail(code, fmt::format("watch thread {} of process {}: {}", thread, pid, std::strerror(errno)));
}

std::vector<std::int32_t> threads_of(const std::string& proc, std::int32_t pid) {
  std::vector<std::int32_t> threads;
  DIR* folder = ::opendir(fmt::format("{}/{}/task", proc, pid).c_str());
  if (folder == nullptr) return threads;
  for (const dirent* entry = ::readdir(folder); entry != nullptr && threads.size() < kMaxThreads;
       entry = ::readdir(folder)) {
    const auto thread = number_in(entry->d_name);
    if (thread && *thread <= INT32_MAX) threads.push_back(static_cast<std::int32_t>(*thread));
  }
  ::closedir(folder);
  std::ranges::sort(threads);
  return threads;
}

}  // namespace wirecause
