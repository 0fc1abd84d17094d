// The helper of process_search.hpp and the end of it in the run. One question at a time; an answer that comes too late is
// known by its number and passed over.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/errno.hpp"
#include "base/file_descriptor.hpp"
#include "host/privileges.hpp"
#include "host/sockets/process_messages.hpp"
#include "host/sockets/process_search.hpp"

namespace wirecause {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLongestAnswer = std::chrono::seconds(2);
constexpr std::size_t kHeader = 2 * sizeof(std::uint32_t);  // length of the body, number

struct Message {
  std::uint32_t number = 0;
  std::string body;
};

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool send_message(int socket, std::uint32_t number, std::string_view body) {
  std::array<std::uint32_t, 2> header{static_cast<std::uint32_t>(body.size()), number};
  std::string bytes(reinterpret_cast<const char*>(header.data()), kHeader);
  bytes += body;
  return body.size() <= kMaxMessage && send_all(socket, bytes);
}

// Waits until something is there to read; false: not before the deadline.
bool wait_for_input(int socket, Clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd one{socket, POLLIN, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool receive_all(int socket, char* to, std::size_t bytes, std::optional<Clock::time_point> deadline) {
  while (bytes > 0) {
    if (deadline && !wait_for_input(socket, *deadline)) return false;
    const ssize_t got = ::recv(socket, to, bytes, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<Message> receive_message(int socket, std::optional<Clock::time_point> deadline) {
  std::array<std::uint32_t, 2> header{};
  if (!receive_all(socket, reinterpret_cast<char*>(header.data()), kHeader, deadline)) return std::nullopt;
  if (header[0] > kMaxMessage) return std::nullopt;
  Message message{header[1], std::string(header[0], '\0')};
  if (!receive_all(socket, message.body.data(), message.body.size(), deadline)) return std::nullopt;
  return message;
}

std::string answer_to(const Question& question, ProcessSearch& search) {
  switch (question.kind) {
    case QuestionKind::owners:
      return bytes_of(search.owners(question.inodes));
    case QuestionKind::bypass:
      return bytes_of(search.bypass());
    case QuestionKind::wait:
      return bytes_of(search.wait(question.pid, question.thread));
  }
  return {};
}

void serve(int socket, ProcessSearch& search) {
  while (const auto asked = receive_message(socket, std::nullopt)) {
    const auto question = question_in(asked->body);
    if (!question || !send_message(socket, asked->number, answer_to(*question, search))) return;
  }
}

// What the run has open is not the helper's to hold open: whoever reads the run's output waits for its end.
void close_all_but(int kept) {
  const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (nothing.is_open()) static_cast<void>(::dup2(nothing.get(), standard));
  }
  const long most = std::min(::sysconf(_SC_OPEN_MAX), 65'536L);
  for (int descriptor = STDERR_FILENO + 1; descriptor < most; ++descriptor) {
    if (descriptor != kept && descriptor != nothing.get()) static_cast<void>(::close(descriptor));
  }
}

[[noreturn]] void be_helper(int socket, const std::string& proc, pid_t run) {
  ::prctl(PR_SET_NAME, "wirecause-proc");
  close_all_but(socket);
  // The run's end ends it; a signal to the terminal's group is for the run, which asks on until it has told its report.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(number, SIG_IGN);
  std::vector<std::string> kept;
  for (const std::string_view name : kProcessSearchCapabilities) {
    if (has_capability(name)) kept.emplace_back(name);
  }
  if (!drop_capabilities(kept)) ::_exit(1);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != run) ::_exit(0);  // it ended before that held
  const auto search = search_here(proc);
  serve(socket, *search);
  ::_exit(0);
}

class Helper final : public ProcessSearch {
 public:
  Helper(FileDescriptor socket, pid_t process) : socket_(std::move(socket)), process_(process) {}
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  ~Helper() override {
    socket_ = FileDescriptor();
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  OwnerSearch owners(const std::set<std::uint64_t>& inodes) override {
    return ask({.kind = QuestionKind::owners, .inodes = inodes}, &owners_in);
  }
  BypassFound bypass() override { return ask({.kind = QuestionKind::bypass}, &bypass_in); }
  ThreadWait wait(std::int32_t pid, std::int32_t thread) override {
    return ask({.kind = QuestionKind::wait, .pid = pid, .thread = thread}, &wait_in);
  }
  std::string_view failure() const override { return failure_; }

 private:
  template <class T>
  T ask(const Question& question, std::optional<T> (*read)(std::string_view)) {
    if (!failure_.empty()) return {};
    const std::uint32_t number = ++number_;
    if (!send_message(socket_.get(), number, bytes_of(question))) return fail_with<T>("it has ended");
    const auto deadline = Clock::now() + kLongestAnswer;
    while (const auto message = receive_message(socket_.get(), deadline)) {
      if (message->number != number) continue;
      if (auto answer = read(message->body)) return std::move(*answer);
      break;
    }
    return fail_with<T>("it gave no answer in time");
  }
  template <class T>
  T fail_with(std::string_view why) {
    failure_ = fmt::format("the helper that reads /proc: {}", why);
    return {};
  }

  FileDescriptor socket_;
  pid_t process_;
  std::uint32_t number_ = 0;
  std::string failure_;
};

}  // namespace

Result<std::unique_ptr<ProcessSearch>> start_search_helper(std::string proc) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_failure("make a socket pair for the helper that reads /proc", errno);
  }
  FileDescriptor ours(ends[0]);
  FileDescriptor its(ends[1]);
  const pid_t run = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) return system_failure("start the helper that reads /proc", errno);
  if (process == 0) be_helper(its.get(), proc, run);
  return std::make_unique<Helper>(std::move(ours), process);
}

}  // namespace wirecause
