// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/process_messages.hpp"

#include <concepts>
#include <cstring>

namespace wirecause {
namespace {

class Writer {
 public:
  template <std::integral T>
  Writer& number(T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out_.append(bytes, sizeof value);
    return *this;
  }
  Writer& text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    out_ += value;
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Beyond the end everything is 0 and empty, and is_whole() false.
class Reader {
 public:
  explicit Reader(std::string_view body) : rest_(body) {}

  template <std::integral T>
  T number() {
    T value{};
    if (!has(sizeof value)) return value;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  std::string text() {
    const auto length = number<std::uint32_t>();
    if (!has(length)) return {};
    std::string value(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return value;
  }
  // How many follow, of at least that many bytes each.
  std::uint32_t count(std::size_t least) {
    const auto value = number<std::uint32_t>();
    return has(value * least) ? value : 0;
  }
  bool is_whole() const { return is_whole_ && rest_.empty(); }

 private:
  bool has(std::size_t bytes) {
    is_whole_ = is_whole_ && rest_.size() >= bytes;
    return is_whole_;
  }

  std::string_view rest_;
  bool is_whole_ = true;
};

template <class T>
std::optional<T> if_whole(const Reader& reader, T&& value) {
  return reader.is_whole() ? std::optional<T>(std::forward<T>(value)) : std::nullopt;
}

constexpr std::size_t kOwner = 8 + 4 + 4 + 4;
constexpr std::size_t kProcess = 4 + 4 + 4 + 4;

std::uint32_t size_of(std::size_t count) { return static_cast<std::uint32_t>(count); }

}  // namespace

std::string bytes_of(const Question& question) {
  Writer out;
  out.number(static_cast<std::uint8_t>(question.kind)).number(question.pid).number(question.thread);
  out.number(size_of(question.inodes.size()));
  for (const std::uint64_t inode : question.inodes) out.number(inode);
  return out.take();
}

std::optional<Question> question_in(std::string_view body) {
  Reader in(body);
  Question question;
  question.kind = static_cast<QuestionKind>(in.number<std::uint8_t>());
  question.pid = in.number<std::int32_t>();
  question.thread = in.number<std::int32_t>();
  for (std::uint32_t left = in.count(sizeof(std::uint64_t)); left > 0; --left) {
    question.inodes.insert(in.number<std::uint64_t>());
  }
  return if_whole(in, std::move(question));
}

std::string bytes_of(const OwnerSearch& found) {
  Writer out;
  std::size_t count = 0;
  for (const auto& [inode, owners] : found.owners) count += owners.size();
  out.number(found.unreadable).number(size_of(count));
  for (const auto& [inode, owners] : found.owners) {
    for (const SocketOwner& owner : owners) out.number(inode).number(owner.pid).number(owner.fd).text(owner.command);
  }
  return out.take();
}

std::optional<OwnerSearch> owners_in(std::string_view body) {
  Reader in(body);
  OwnerSearch found;
  found.unreadable = in.number<std::uint64_t>();
  for (std::uint32_t left = in.count(kOwner); left > 0; --left) {
    const auto inode = in.number<std::uint64_t>();
    SocketOwner owner;
    owner.pid = in.number<std::int32_t>();
    owner.fd = in.number<std::int32_t>();
    owner.command = in.text();
    found.owners[inode].push_back(std::move(owner));
  }
  return if_whole(in, std::move(found));
}

std::string bytes_of(const BypassFound& found) {
  Writer out;
  out.number(found.unreadable).number(size_of(found.processes.size()));
  for (const BypassProcess& process : found.processes) {
    out.number(process.pid).text(process.command).text(process.stack).text(process.evidence);
  }
  return out.take();
}

std::optional<BypassFound> bypass_in(std::string_view body) {
  Reader in(body);
  BypassFound found;
  found.unreadable = in.number<std::uint64_t>();
  for (std::uint32_t left = in.count(kProcess); left > 0; --left) {
    BypassProcess process;
    process.pid = in.number<std::int32_t>();
    process.command = in.text();
    process.stack = in.text();
    process.evidence = in.text();
    found.processes.push_back(std::move(process));
  }
  return if_whole(in, std::move(found));
}

std::string bytes_of(const ThreadWait& wait) { return Writer().text(wait.wchan).text(wait.system_call).take(); }

std::optional<ThreadWait> wait_in(std::string_view body) {
  Reader in(body);
  ThreadWait wait;
  wait.wchan = in.text();
  wait.system_call = in.text();
  return if_whole(in, std::move(wait));
}

}  // namespace wirecause
