// All lines of a run, their numbers in order of appearance, and the groups (framing, channel) inside which lines may turn
// out to be one feed. Also who was whole while another line jumped. Owned by the front.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/calendar.hpp"
#include "engine/batch.hpp"
#include "engine/stream_table.hpp"
#include "feed/pairing.hpp"

namespace wirecause {

struct LineGroup {
  const Candidate* choice = nullptr;
  std::uint32_t channel = 0;
  std::vector<LineId> lines;
  std::map<std::uint64_t, SessionId> sessions;  // identity -> ordinal, from 1
  std::vector<std::string> session_texts;       // by ordinal - 1
  std::unique_ptr<Pairing> pairing;             // from the second line on
  std::uint32_t searching = 0;                  // lines that have not found their sister and may yet
};

struct Line {
  LineId id = 0;
  GroupId group = 0;
  LineGroup* in_group = nullptr;
  std::uint32_t owner = 0;  // the back that tracks it
  StreamKey key;            // of the stream that it began on
  bool is_multicast = false;
  bool is_recovery = false;
  std::uint32_t channel = 0;
  const Candidate* choice = nullptr;
  LineId feed = 0;                // lowest line of the feed that it belongs to, as far as the front knows
  bool is_settled = false;        // it has found a sister, or has looked for long enough
  std::optional<LineId> seen_at;  // the same line at another point
  std::uint64_t expected = 0;     // next wire number, roughly
  std::uint64_t session = 0;      // last identity
  SessionId session_ordinal = 0;
  std::uint64_t packets = 0;
  std::uint64_t last_packet = 0;  // of the run: frames of two files may have one number
  std::shared_ptr<ExchangeCalendar> calendar;
  Stream* stream = nullptr;  // that it is on
  std::uint64_t source_changes = 0;
};

class LineBook {
 public:
  // 0.25 MiB a line at most: hostile captures must not make lines without end.
  static constexpr std::size_t kMaxLines = 4'096;
  static constexpr std::size_t kMaxSessions = 4'096;  // remembered per group; later ones share the last ordinal

  std::size_t size() const { return lines_.size(); }
  Line& at(LineId id) { return lines_[id]; }
  const Line& at(LineId id) const { return lines_[id]; }
  const std::deque<Line>& all() const { return lines_; }
  LineGroup& group(GroupId id) { return groups_[id]; }
  const LineGroup& group(GroupId id) const { return groups_[id]; }

  explicit LineBook(std::uint32_t backs) : backs_(backs) {}

  // nullptr: the book is full.
  Line* add(const Stream& stream, const Candidate& choice, std::uint32_t channel);

  // A line of the same destination and channel, silent since before `since`, whose numbers `run` continues or restarts:
  // the same line with a new source (DESIGN D4). Numbers below its own are neither as long as it may still go on.
  Line* continued_by(const Stream& stream, const Candidate& choice, const Run& run, TimeNs since);

  // From here on the line carries this session (0: none). `text` is asked once per new session.
  template <class Text>
  void enter_session(Line& line, std::uint64_t identity, Text&& text) {
    line.session = identity;
    line.session_ordinal = identity == 0 ? 0 : ordinal(*line.in_group, identity, text());
  }

  // Notes that `line` had a packet now with numbers [first, first + count) (count 0: it announced `first`). At a jump
  // ahead: the other lines of its point that had packets since this line's last one and did not jump themselves, as a bit
  // set (line & 63); else 0.
  std::uint64_t note(Line& line, TimeNs now, std::uint64_t first, std::uint32_t count) {
    Clock& clock = clocks_[line.id];
    std::uint64_t whole = 0;
    if (first != line.expected) [[unlikely]]
      whole = jumped(line, now, first);
    if (first >= line.expected || line.expected - first > kRestartDistance) line.expected = first + count;
    clock.last = now;
    return whole;
  }

  TimeNs last_time(LineId id) const { return clocks_[id].last; }

 private:
  static constexpr std::uint64_t kRestartDistance = 100'000;  // behind: not late any more, numbers have restarted
  static constexpr std::size_t kMaxWitnesses = 256;           // lines looked at for one jump

  struct Clock {  // apart from Line, so that a scan over all lines stays in few cache lines
    TimeNs last = kNoTime;
    TimeNs jump = kNoTime;
    std::uint32_t point = 0;
  };

  // What numbers its lines: the same framing and description, whether the user named it or its marks did.
  std::uint32_t kind_of(const Candidate& choice);
  std::uint64_t jumped(Line& line, TimeNs now, std::uint64_t first);
  SessionId ordinal(LineGroup& group, std::uint64_t identity, std::string text);
  std::shared_ptr<ExchangeCalendar> calendar_of(const Framing& framing);

  std::uint32_t backs_;
  std::deque<Line> lines_;
  std::vector<Clock> clocks_;
  std::deque<LineGroup> groups_;
  std::vector<const Candidate*> kinds_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, GroupId> group_of_;  // (kind, channel)
  std::map<std::string, std::shared_ptr<ExchangeCalendar>, std::less<>> calendars_;
};

}  // namespace wirecause
