// tcp::ByteStream against the plainest model of it: a map from offset to the byte that was captured first.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/byte_stream.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "support/stream_text.hpp"

namespace wirecause {
namespace {

struct Sent {
  std::int64_t at = 0;
  std::size_t length = 0;
  std::size_t cut = 0;  // as many bytes of it were not captured
  char letter = 'a';
  std::int64_t acknowledged = -1;  // afterwards; below 0: nothing
};

rc::Gen<Sent> any_sent() {
  return rc::gen::build<Sent>(rc::gen::set(&Sent::at, rc::gen::inRange<std::int64_t>(0, 120)),
                              rc::gen::set(&Sent::length, rc::gen::inRange<std::size_t>(1, 30)),
                              rc::gen::set(&Sent::letter, rc::gen::inRange<char>('a', 'z')),
                              rc::gen::set(&Sent::acknowledged, rc::gen::inRange<std::int64_t>(-60, 150)));
}

rc::Gen<std::vector<Sent>> many() { return rc::gen::container<std::vector<Sent>>(any_sent()); }

std::uint32_t any_first() { return *rc::gen::element<std::uint32_t>(0, 1'000, 0x7fff'ffc0U, 0xffff'ffc0U); }

std::string expected(const std::map<std::int64_t, char>& model) {
  std::string text;
  for (const auto& [at, letter] : model) {
    text.resize(static_cast<std::size_t>(at), '.');
    text += letter;
  }
  return text;
}

RC_GTEST_PROP(ByteStreamModel, GivesEveryByteThatWasCapturedFirst, ()) {
  test::TextStream stream(any_first());
  stream.begin();
  std::map<std::int64_t, char> model;
  for (const Sent& sent : *many()) {
    stream.data(sent.at, std::string(sent.length, sent.letter));
    for (std::size_t i = 0; i < sent.length; ++i) model.emplace(sent.at + static_cast<std::int64_t>(i), sent.letter);
  }
  RC_ASSERT(stream.finished() == expected(model));
}

// Room for little, packets cut, holes acknowledged: bytes may be lost, but none is told twice, out of order (the reader
// checks that) or with another value than one that was captured there.
RC_GTEST_PROP(ByteStreamModel, NeverTellsAByteThatWasNotCapturedThere, ()) {
  test::TextStream stream(any_first(), *rc::gen::inRange<std::size_t>(1, 60), *rc::gen::inRange<std::size_t>(1, 5));
  stream.begin();
  std::multimap<std::int64_t, char> model;
  for (Sent sent : *many()) {
    sent.cut = *rc::gen::inRange<std::size_t>(0, sent.length + 1);
    const std::string captured(sent.length - sent.cut, sent.letter);
    stream.after(sent.at * 10).cut(sent.at, captured, sent.length);
    for (std::size_t i = 0; i < captured.size(); ++i)
      model.emplace(sent.at + static_cast<std::int64_t>(i), sent.letter);
    if (sent.acknowledged >= 0) stream.acknowledged(sent.acknowledged);
    RC_ASSERT(stream.stream.waiting_bytes() <= 60U);
    RC_ASSERT(stream.stream.waiting_pieces() <= 5U);
  }
  const std::string text = stream.finished();
  std::size_t delivered = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') continue;
    ++delivered;
    const auto [from, to] = model.equal_range(static_cast<std::int64_t>(i));
    RC_ASSERT(std::any_of(from, to, [&](const auto& at) { return at.second == text[i]; }));
  }
  RC_ASSERT(stream.stream.counts().delivered == delivered);
  RC_ASSERT(stream.stream.counts().missing == text.size() - delivered);
}

}  // namespace
}  // namespace wirecause
