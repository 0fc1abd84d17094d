// SPDX-License-Identifier: Apache-2.0
#include "tcp/byte_stream.hpp"

#include <algorithm>

namespace wirecause::tcp {

ByteStream::Part ByteStream::part_of(const Part& whole, Offset begin, Offset end) {
  const auto skipped = std::min(static_cast<std::size_t>(begin - whole.begin), whole.bytes.size());
  const Bytes rest = whole.bytes.subspan(skipped);
  return {begin, end, rest.first(std::min(static_cast<std::size_t>(end - begin), rest.size()))};
}

void ByteStream::segment(const Segment& segment) {
  if (segment.has(kRst)) return;  // may carry the reason as text (RFC 9293 3.10.7): not of the stream
  const std::uint32_t sequence = segment.sequence + (segment.has(kSyn) ? 1U : 0U);
  if (!has_base_) {
    if (segment.space() == 0) return;
    base_ = sequence;
    has_base_ = true;
  }
  ++segments_;
  const Offset begin = offset_near(next_, base_, sequence);
  const Offset end = begin + segment.length;
  if (segment.has(kFin) && !has_end_ && begin - next_ <= kFurthest) {
    has_end_ = true;
    end_ = end;
  }
  if (segment.length > 0) insert({begin, end, segment.payload}, segment);
  lose_patience(segment.time);
}

void ByteStream::insert(const Part& whole, const Segment& segment) {
  if (whole.begin - next_ > kFurthest) {
    counts_.refused += static_cast<std::uint64_t>(whole.end - whole.begin);
    return;
  }
  if (whole.begin > next_) make_room(whole.bytes.size());
  Offset at = whole.begin;
  if (at < next_) {
    const Offset old_end = std::min(whole.end, next_);
    const Offset before = std::min<Offset>(std::max<Offset>(-at, 0), old_end - at);
    counts_.before += static_cast<std::uint64_t>(before);
    counts_.repeated += static_cast<std::uint64_t>(old_end - at - before);
    at = old_end;
  }
  auto i = static_cast<std::size_t>(
      std::partition_point(held_.begin(), held_.end(), [at](const Held& held) { return held.end <= at; }) -
      held_.begin());
  while (at < whole.end) {
    const Offset free_end = i < held_.size() ? std::min(whole.end, held_[i].begin) : whole.end;
    if (at < free_end) {
      if (put(part_of(whole, at, free_end), segment, i)) ++i;
      at = free_end;
    } else {
      const Offset to = std::min(whole.end, held_[i].end);
      note_repeated(held_[i], part_of(whole, at, to));
      at = to;
      ++i;
    }
  }
  tell_held();
}

// To the reader where it is next, else among what waits, at that place there. True: it waits.
bool ByteStream::put(const Part& part, const Segment& segment, std::size_t at) {
  if (part.begin == next_) {
    tell(part.begin, part.end, part.bytes, segment.time, segment.frame);
    return false;
  }
  if (held_.size() >= most_pieces_ || held_bytes_ + part.bytes.size() > most_bytes_) {
    counts_.refused += static_cast<std::uint64_t>(part.end - part.begin);
    return false;
  }
  held_.insert(held_.begin() + static_cast<std::ptrdiff_t>(at),
               {part.begin, part.end, segment.time, segment.frame, {part.bytes.begin(), part.bytes.end()}});
  held_bytes_ += part.bytes.size();
  return true;
}

void ByteStream::note_repeated(const Held& held, const Part& part) {
  counts_.repeated += static_cast<std::uint64_t>(part.end - part.begin);
  const auto skipped = static_cast<std::size_t>(part.begin - held.begin);
  if (skipped >= held.bytes.size()) return;
  const Bytes known = Bytes(held.bytes).subspan(skipped);
  const std::size_t both = std::min(known.size(), part.bytes.size());
  for (std::size_t i = 0; i < both; ++i) counts_.conflicting += known[i] != part.bytes[i] ? 1U : 0U;
}

void ByteStream::make_room(std::size_t bytes) {
  const auto is_full = [&] { return held_bytes_ + bytes > most_bytes_ || held_.size() >= most_pieces_; };
  while (!held_.empty() && is_full() && may_skip(held_.front().begin)) {
    tell_hole(held_.front().begin, StreamHole::Reason::missing);
    tell_held();
  }
}

void ByteStream::tell(Offset begin, Offset end, Bytes bytes, TimeNs time, std::uint64_t frame) {
  is_waiting_ = false;
  if (!bytes.empty()) {
    counts_.delivered += bytes.size();
    reader_->bytes({begin, bytes, time, frame});
  }
  next_ = begin + static_cast<Offset>(bytes.size());
  if (next_ < end) tell_hole(end, StreamHole::Reason::cut);
}

void ByteStream::tell_hole(Offset to, StreamHole::Reason reason) {
  is_waiting_ = false;
  counts_.missing += static_cast<std::uint64_t>(to - next_);
  reader_->hole({next_, to, reason});
  next_ = to;
}

void ByteStream::tell_held() {
  std::size_t told = 0;
  for (; told < held_.size() && held_[told].begin == next_; ++told) {
    const Held& held = held_[told];
    held_bytes_ -= held.bytes.size();
    tell(held.begin, held.end, held.bytes, held.time, held.frame);
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(told));
}

void ByteStream::acknowledged(std::uint32_t acknowledgement) {
  if (!has_base_) return;
  hears_receiver_ = true;
  const Offset at = offset_near(std::max(next_, acknowledged_), base_, acknowledgement);
  const Offset highest = held_.empty() ? next_ : held_.back().end;
  if (at - highest <= kFurthest) acknowledged_ = std::max(acknowledged_, at);
}

void ByteStream::lose_patience(TimeNs now) {
  // An acknowledgement of the FIN counts one more.
  const Offset known = has_end_ ? std::min(acknowledged_, end_) : acknowledged_;
  if (known <= next_) return;
  if (!is_waiting_) {
    is_waiting_ = true;
    waiting_since_ = segments_;
    waiting_from_ = now;
  }
  if (segments_ - waiting_since_ < kPatience || now - waiting_from_ < kGrace) return;
  tell_hole(held_.empty() ? known : std::min(held_.front().begin, known), StreamHole::Reason::missing);
  tell_held();
}

void ByteStream::finish() {
  while (!held_.empty()) {
    tell_hole(held_.front().begin, StreamHole::Reason::missing);
    tell_held();
  }
  // Without a FIN, one number more that was acknowledged may be that of one.
  const Offset known = has_end_ ? end_ : acknowledged_;
  if (known > next_ + (has_end_ ? 0 : 1)) tell_hole(known, StreamHole::Reason::missing);
}

}  // namespace wirecause::tcp
