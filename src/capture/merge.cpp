// SPDX-License-Identifier: Apache-2.0
#include "capture/merge.hpp"

#include <algorithm>
#include <utility>

namespace wirecause {
namespace {

// The stamps of a batch of one input, in file order.
void note_times(std::span<const PacketView> packets, TimeNs& first, TimeNs& last) {
  const auto is_stamped = [](const PacketView& packet) { return packet.time != kNoTime; };
  if (first == kNoTime) {
    const auto found = std::find_if(packets.begin(), packets.end(), is_stamped);
    if (found != packets.end()) first = found->time;
  }
  const auto found = std::find_if(packets.rbegin(), packets.rend(), is_stamped);
  if (found != packets.rend()) last = found->time;
}

}  // namespace

MergedCapture::MergedCapture(std::vector<std::unique_ptr<CaptureSource>> sources) {
  inputs_.resize(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    inputs_[i].source = std::move(sources[i]);
    if (sources.size() > 1) inputs_[i].views.resize(kViewsAhead);
  }
  heads_.reserve(inputs_.size());
}

std::size_t MergedCapture::next_batch(std::span<PacketView> out) {
  if (inputs_.empty() || out.empty()) return 0;
  if (inputs_.size() == 1) return pass_through(inputs_.front(), out);

  const auto comes_later = [this](std::uint32_t a, std::uint32_t b) { return goes_first(b, a); };
  for (std::uint32_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].next != inputs_[i].held || inputs_[i].ended) continue;
    refill(inputs_[i]);
    if (inputs_[i].ended) continue;
    heads_.push_back(i);
    std::push_heap(heads_.begin(), heads_.end(), comes_later);
  }
  std::size_t filled = 0;
  while (!heads_.empty() && filled < out.size()) {
    std::pop_heap(heads_.begin(), heads_.end(), comes_later);
    const std::uint32_t earliest = heads_.back();
    heads_.pop_back();
    Input& input = inputs_[earliest];
    filled += run(input, heads_.empty() ? nullptr : &inputs_[heads_.front()], out.subspan(filled));
    // What comes next of it is not known before it is refilled, which would void the views of this batch.
    if (input.next == input.held) break;
    heads_.push_back(earliest);
    std::push_heap(heads_.begin(), heads_.end(), comes_later);
  }
  return filled;
}

std::size_t MergedCapture::pass_through(Input& input, std::span<PacketView> out) {
  const std::size_t got = input.source->next_batch(out);
  input.ended = got == 0;
  note_times(out.first(got), input.first, input.last);
  return got;
}

void MergedCapture::refill(Input& input) {
  input.next = 0;
  input.held = input.source->next_batch(input.views);
  input.ended = input.held == 0;
  if (!input.ended) input.turn = std::max(input.turn, input.views.front().time);
}

std::size_t MergedCapture::run(Input& input, const Input* before, std::span<PacketView> out) {
  const std::size_t begin = input.next;
  std::size_t copied = 0;
  while (copied < out.size()) {
    out[copied++] = input.views[input.next++];
    if (input.next == input.held) break;
    input.turn = std::max(input.turn, input.views[input.next].time);
    if (before == nullptr) continue;
    if (before->turn < input.turn || (before->turn == input.turn && before < &input)) break;
  }
  note_times(std::span(input.views).subspan(begin, copied), input.first, input.last);
  return copied;
}

bool MergedCapture::goes_first(std::uint32_t a, std::uint32_t b) const {
  if (inputs_[a].turn != inputs_[b].turn) return inputs_[a].turn < inputs_[b].turn;
  return a < b;
}

std::uint64_t MergedCapture::bytes_consumed() const {
  std::uint64_t sum = 0;
  for (const Input& input : inputs_) sum += input.source->bytes_consumed();
  return sum;
}

}  // namespace wirecause
