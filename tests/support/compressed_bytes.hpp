// Compressed bytes for tests, made by the libraries' one-shot compressors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "support/capture_bytes.hpp"

namespace wirecause::testing {

inline ByteVector gzipped(const ByteVector& plain) {
  z_stream zlib{};
  EXPECT_EQ(::deflateInit2(&zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  ByteVector compressed(::deflateBound(&zlib, plain.size()));
  zlib.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(plain.data()));
  zlib.avail_in = static_cast<uInt>(plain.size());
  zlib.next_out = reinterpret_cast<Bytef*>(compressed.data());
  zlib.avail_out = static_cast<uInt>(compressed.size());
  EXPECT_EQ(::deflate(&zlib, Z_FINISH), Z_STREAM_END);
  compressed.resize(zlib.total_out);
  ::deflateEnd(&zlib);
  return compressed;
}

inline ByteVector zstded(const ByteVector& plain) {
  ByteVector compressed(ZSTD_compressBound(plain.size()));
  const std::size_t size = ZSTD_compress(compressed.data(), compressed.size(), plain.data(), plain.size(), 3);
  EXPECT_EQ(ZSTD_isError(size), 0U);
  compressed.resize(size);
  return compressed;
}

}  // namespace wirecause::testing
