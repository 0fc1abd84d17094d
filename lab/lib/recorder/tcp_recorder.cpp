// Writes down what the TCP senders of a network namespace do, as the kernel tells it (tcp_recorder.bpf.c). No part of wirecause, and
// shares no code with it.
//
//   lab_tcp_recorder JOURNAL          of the namespace that it is started in
//
// One line of JSON on stdout when it records; "report" on stdin is answered by {"events": N, "lost": N}, and the journal is whole up
// to there. End of stdin ends it. Times in the journal: CLOCK_REALTIME, as captures have it; sequence numbers as on the wire.
// SPDX-License-Identifier: Apache-2.0
#include <bpf/libbpf.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "programs/words.hpp"
#include "recorder/tcp_event.h"
#include "tcp_recorder.skel.h"

namespace lab {
namespace {

constexpr const char* kMe = "lab_tcp_recorder";

std::int64_t clock_ns(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

const char* name_of(std::uint32_t what) {
  switch (what) {
    case LAB_TCP_RESEND:
      return "resend";
    case LAB_TCP_SYN_ACK:
      return "syn_ack";
    case LAB_TCP_CONGESTION:
      return "congestion";
    case LAB_TCP_RECEIVES:
      return "receives";
    default:
      return "writes";
  }
}

struct DestroySkeleton {
  void operator()(tcp_recorder_bpf* skeleton) const { tcp_recorder_bpf__destroy(skeleton); }
};
struct FreeRing {
  void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
};

class Recorder {
 public:
  explicit Recorder(const std::string& journal) : file_(std::fopen(journal.c_str(), "we")) {
    if (file_ == nullptr) give_up(kMe, "cannot write " + journal);
    skeleton_.reset(tcp_recorder_bpf__open());
    require(skeleton_ != nullptr, "open");
    struct stat own {};
    require(::stat("/proc/self/ns/net", &own) == 0, "/proc/self/ns/net");
    skeleton_->rodata->recorded_netns = static_cast<std::uint32_t>(own.st_ino);
    require(tcp_recorder_bpf__load(skeleton_.get()) == 0, "load (the kernel needs BTF, and 6.16 or later)");
    require(tcp_recorder_bpf__attach(skeleton_.get()) == 0, "attach");
    ring_.reset(ring_buffer__new(bpf_map__fd(skeleton_->maps.events), &take, this, nullptr));
    require(ring_ != nullptr, "ring");
    std::printf("{\"pid\":%d}\n", ::getpid());
    std::fflush(stdout);
  }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder() { std::fclose(file_); }

  void run() {
    while (true) {
      std::array<pollfd, 2> awaited{{{STDIN_FILENO, POLLIN, 0}, {ring_buffer__epoll_fd(ring_.get()), POLLIN, 0}}};
      if (::poll(awaited.data(), awaited.size(), 20) < 0 && errno != EINTR) return;
      since_boot_ = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
      ring_buffer__consume(ring_.get());
      if (awaited[0].revents != 0 && !answer()) return;
    }
  }

 private:
  static void require(bool is_done, const char* what) {
    if (!is_done) give_up(kMe, std::string(what) + ": " + std::strerror(errno));
  }

  static int take(void* self, void* data, std::size_t size) {
    if (size >= sizeof(lab_tcp_event)) static_cast<Recorder*>(self)->note(*static_cast<const lab_tcp_event*>(data));
    return 0;
  }

  void note(const lab_tcp_event& e) {
    ++events_;
    std::fprintf(
        file_,
        "{\"t\":%lld,\"what\":\"%s\",\"port\":%u,\"peer\":%u,\"seq\":%u,\"end\":%u,\"error\":%d,\"una\":%u,\"nxt\":%u,"
        "\"written\":%u,\"window\":%u,\"mss\":%u,\"cwnd\":%u,\"out\":%u,\"sacked\":%u,\"lost\":%u,\"again\":%u,"
        "\"reordering\":%u,\"reordered\":%u,\"srtt_us\":%u,\"rttvar_us\":%u,\"rto_jiffies\":%u,\"dsacks\":%u,"
        "\"total_retrans\":%u,\"chronos\":[%u,%u,%u],\"state\":%u,\"ca\":%u,\"chrono\":%u,\"backoff\":%u,"
        "\"no_space\":%u,\"probing\":%u,\"cwnd_limited\":%u,\"timer\":%u,\"timeouts\":%u}\n",
        static_cast<long long>(e.monotonic_ns) + static_cast<long long>(since_boot_), name_of(e.what),
        unsigned{e.local_port}, unsigned{e.peer_port}, e.sequence, e.end, e.error, e.snd_una, e.snd_nxt, e.write_seq,
        e.window, e.mss, e.congestion_window, e.packets_out, e.sacked_out, e.lost_out, e.retrans_out, e.reordering,
        e.reordering_seen, e.srtt_us >> 3U, e.rttvar_us >> 2U, e.rto_jiffies, e.dsacks, e.total_retrans,
        e.chrono_jiffies[0], e.chrono_jiffies[1], e.chrono_jiffies[2], unsigned{e.state}, unsigned{e.congestion_state},
        unsigned{e.chrono}, unsigned{e.backoff}, unsigned{e.has_no_space}, unsigned{e.is_probing},
        unsigned{e.is_cwnd_limited}, unsigned{e.timer}, unsigned{e.retransmits});
  }

  // False: stdin has ended. Any input is the one question there is.
  bool answer() {
    std::array<char, 64> input{};
    if (::read(STDIN_FILENO, input.data(), input.size()) <= 0) return false;
    ring_buffer__consume(ring_.get());
    std::fflush(file_);
    std::printf("{\"events\":%llu,\"lost\":%llu}\n", static_cast<unsigned long long>(events_),
                static_cast<unsigned long long>(skeleton_->bss->events_lost));
    std::fflush(stdout);
    return true;
  }

  std::FILE* file_;
  std::unique_ptr<tcp_recorder_bpf, DestroySkeleton> skeleton_;
  std::unique_ptr<ring_buffer, FreeRing> ring_;
  std::int64_t since_boot_ = 0;
  std::uint64_t events_ = 0;
};

}  // namespace
}  // namespace lab

int main(int argc, char** argv) {
  if (argc != 2) lab::give_up(lab::kMe, "JOURNAL");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  lab::Recorder(argv[1]).run();
  return 0;
}
