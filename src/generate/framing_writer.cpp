// SPDX-License-Identifier: Apache-2.0
#include "generate/framing_writer.hpp"

namespace wirecause {

const FramingWriter* find_framing_writer(std::string_view id) {
  for (const FramingWriter* writer : all_framing_writers())
    if (writer->id == id) return writer;
  return nullptr;
}

}  // namespace wirecause
