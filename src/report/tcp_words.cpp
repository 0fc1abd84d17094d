// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_words.hpp"

namespace wirecause {

std::string_view words_of(tcp::Wait wait) {
  using tcp::Wait;
  switch (wait) {
    case Wait::handshake:
      return "handshake";
    case Wait::sender_idle:
      return "nothing to send";
    case Wait::write_pattern:
      return "write pattern (Nagle)";
    case Wait::receiver_window:
      return "receiver's window";
    case Wait::receiver_buffer:
      return "receiver's buffer";
    case Wait::congestion_window:
      return "congestion window";
    case Wait::recovery_fast:
      return "recovery (fast)";
    case Wait::recovery_timeout:
      return "recovery (timer)";
    case Wait::recovery_probe:
      return "recovery (probe)";
    case Wait::pacing:
      return "pacing";
    case Wait::network:
      return "under way";
    case Wait::queueing:
      return "queueing";
    case Wait::closing:
      return "closing";
  }
  return "unknown";
}

std::string_view words_of(tcp::Resend kind) {
  using tcp::Resend;
  switch (kind) {
    case Resend::syn:
      return "SYN";
    case Resend::syn_ack:
      return "SYN-ACK";
    case Resend::fast:
      return "fast";
    case Resend::rack:
      return "RACK";
    case Resend::tail_probe:
      return "tail probe";
    case Resend::timeout:
      return "timer";
    case Resend::spurious:
      return "needless";
    case Resend::window_probe:
      return "window probe";
    case Resend::keep_alive:
      return "keep-alive";
    case Resend::path_copy:
      return "copied on the way";
    case Resend::unexplained:
      return "unexplained";
  }
  return "unknown";
}

std::string_view words_of(tcp::CapturePoint point) {
  using tcp::CapturePoint;
  switch (point) {
    case CapturePoint::near_sender:
      return "captured near its sender";
    case CapturePoint::middle:
      return "captured between the two";
    case CapturePoint::near_receiver:
      return "captured near its receiver";
    case CapturePoint::unknown:
      break;
  }
  return "captured at an unknown place";
}

}  // namespace wirecause
